internal import NIOCore

/// What is told over a stream.
enum StreamEvent: String, Sendable, CaseIterable {
    case update
    case delete
    case notification
    case statusUpdate = "status.update"
}

/// One event in the forms in which connections get it, each made once for all of them.
struct StreamMessage {
    let event: StreamEvent
    /// One line of JSON, or the bare id for a delete.
    let payload: [UInt8]
    private var chunk: ByteBuffer?
    private var frames: [[String]: ByteBuffer] = [:]

    init(_ event: StreamEvent, payload: [UInt8]) {
        self.event = event
        self.payload = payload
    }

    mutating func bytes(for transport: StreamTransport, names: [String]) -> ByteBuffer {
        switch transport {
        case .events:
            if let chunk { return chunk }
            let made = StreamBytes.chunk(of: StreamBytes.event(event, payload))
            chunk = made
            return made
        case .socket:
            if let frame = frames[names] { return frame }
            let made = StreamBytes.frame(.text, StreamBytes.envelope(event, payload, names: names))
            frames[names] = made
            return made
        }
    }
}

/// How a stream reaches its client.
enum StreamTransport: String, Sendable, CaseIterable {
    /// Server-sent events over HTTP/1.1.
    case events = "sse"
    case socket = "websocket"
}
