/// What a client says over WebSocket: `{"type":"subscribe","stream":"hashtag","tag":"x"}`, or `unsubscribe`.
struct SocketCommand: Sendable {
    private let text: [UInt8]
    private let door: StreamDoor
    private let connection: StreamConnection

    init(_ text: [UInt8], door: StreamDoor, connection: StreamConnection) {
        self.text = text
        self.door = door
        self.connection = connection
    }

    /// Does it; the client is told what went wrong and goes on.
    func obey() async {
        do throws(ClientError) {
            try await carryOut()
        } catch {
            connection.signal(.text(StreamBytes.error(error)))
        }
    }

    private func carryOut() async throws(ClientError) {
        let parameters = try RequestParameters.json(text)
        guard let stream = parameters.text("stream") else { throw .badRequest("Missing stream name parameter") }
        switch parameters.text("type") {
        case "subscribe":
            try await door.sources.subscribe(
                connection, to: try await door.topic(stream, parameters, connection.viewer))
        case "unsubscribe":
            let topic = try StreamTopic(stream: stream, parameters, viewer: connection.viewer)
            door.sources.unsubscribe(connection, from: topic)
        default:
            throw .badRequest("Unknown message type")
        }
    }
}
