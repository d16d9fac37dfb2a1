internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A request for a stream, read from a head. Pure.
struct StreamRequest: Sendable {
    /// The stream that the path or the query names; nil over WebSocket where frames will name them.
    let stream: String?
    let parameters: RequestParameters
    let token: TokenHash?
    /// Nil: server-sent events.
    let handshake: WebSocketHandshake?

    private static let root = "/api/v1/streaming"
    private static let paths: [String: String] = [
        "/user": "user", "/user/notification": "user:notification", "/public": "public",
        "/public/local": "public:local", "/public/remote": "public:remote", "/hashtag": "hashtag",
        "/hashtag/local": "hashtag:local", "/list": "list", "/direct": "direct",
    ]

    /// Whether a stream is asked for; every other request goes the usual way. Looks at the path alone.
    static func isOne(_ head: HTTPRequest) -> Bool {
        guard head.method == .get, let target = head.path, target.hasPrefix(root) else { return false }
        let rest = rest(of: target)
        return rest.isEmpty || paths[rest] != nil
    }

    /// Behind the root, without the query and a slash at the end.
    private static func rest(of target: String) -> String {
        let path = target.prefix { $0 != "?" }.dropFirst(root.count)
        return String(path.hasSuffix("/") ? path.dropLast() : path)
    }

    /// Throws 400 for a query that cannot be read, 400 or 426 for a handshake that is none.
    init(_ head: HTTPRequest) throws(ClientError) {
        let target = head.path ?? ""
        let query = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1).dropFirst().first
        parameters = try RequestParameters.form(query ?? Substring().utf8)
        let rest = StreamRequest.rest(of: target)
        handshake = rest.isEmpty ? try WebSocketHandshake(head) : nil
        stream = StreamRequest.paths[rest] ?? parameters.text("stream")
        token =
            AccessToken.hash(of: Request(head: head, body: RequestBody(buffer: ByteBuffer())))
            ?? handshake?.protocolName.flatMap(StreamRequest.token)
    }

    /// Web clients cannot set headers on a WebSocket: some put the token where a protocol's name stands.
    private static func token(_ name: String) -> TokenHash? {
        name.utf8.count <= AccessToken.bytesMax ? TokenHash(of: name) : nil
    }
}
