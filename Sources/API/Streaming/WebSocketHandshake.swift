internal import Crypto
internal import Foundation
internal import HTTPTypes

/// The opening of a WebSocket (RFC 6455, section 4). Pure. It does not look at the origin: a token decides, not a cookie.
struct WebSocketHandshake: Sendable {
    /// What proves to the client that it was understood.
    let accept: String
    /// The first protocol that the client names; it gets it back, as browsers want it.
    let protocolName: String?

    private static let magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// Nil where no WebSocket is asked for. Throws 426 for another version, 400 for a key that is none.
    init?(_ head: HTTPRequest) throws(ClientError) {
        guard WebSocketHandshake.tokens(head, .upgrade).contains("websocket") else { return nil }
        guard WebSocketHandshake.tokens(head, .connection).contains("upgrade") else {
            throw .badRequest("The header Connection does not say upgrade")
        }
        guard head.headerFields[.secWebSocketVersion] == "13" else {
            var error = ClientError(.upgradeRequired, "Only version 13 of WebSocket is spoken here")
            error.headers = [(.secWebSocketVersion, "13")]
            throw error
        }
        guard let key = head.headerFields[.secWebSocketKey], Data(base64Encoded: key)?.count == 16 else {
            throw .badRequest("Sec-WebSocket-Key is not 16 bytes in base64")
        }
        accept = WebSocketHandshake.accept(key)
        protocolName = head.headerFields[.secWebSocketProtocol]?.split(separator: ",").first
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    static func accept(_ key: String) -> String {
        Data(Insecure.SHA1.hash(data: Data((key + magic).utf8))).base64EncodedString()
    }

    private static func tokens(_ head: HTTPRequest, _ name: HTTPField.Name) -> [String] {
        (head.headerFields[name] ?? "").lowercased().split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }
}
