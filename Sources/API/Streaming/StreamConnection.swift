internal import NIOCore
internal import StatuscastModel
internal import Synchronization

/// One open stream, as everybody but its event loop sees it. Everything may be called from anywhere, also after its
/// end.
final class StreamConnection: Sendable {
    /// Who is counted against a limit of connections.
    enum Subject: Hashable, Sendable {
        case account(AccountID)
        case address(String)
    }

    /// Told to the connection's handler, on its event loop.
    enum Signal: Sendable {
        /// The first subscriptions are there: the client may be greeted.
        case greet
        /// Time for a sign of life.
        case beat
        /// An answer to what the client sent.
        case text([UInt8])
        case close(Closing)
    }

    enum Closing: String, Sendable, CaseIterable {
        /// It did not read what it was sent, or did not answer a ping.
        case slow
        /// Its token does not count any more.
        case revoked
        case shutdown
        /// The client said so.
        case client
        case protocolError = "protocol"
    }

    let id: UInt64
    let transport: StreamTransport
    let viewer: Viewer?
    let token: TokenHash?
    let subject: Subject
    private let channel: any Channel
    private let topics = Mutex<Set<StreamTopic>?>([])

    init(
        id: UInt64, _ transport: StreamTransport, viewer: Viewer?, token: TokenHash?, subject: Subject,
        channel: any Channel
    ) {
        self.id = id
        self.transport = transport
        self.viewer = viewer
        self.token = token
        self.subject = subject
        self.channel = channel
    }

    /// Bytes of this connection's transport. Dropped, and the connection closed, if too many wait to go out.
    func send(_ bytes: ByteBuffer) { channel.writeAndFlush(bytes, promise: nil) }

    func signal(_ signal: Signal) { channel.triggerUserOutboundEvent(signal, promise: nil) }

    enum Joining {
        case new
        case known
        case tooMany
        case ended
    }

    /// Takes down a subscription.
    func join(_ topic: StreamTopic, max: Int) -> Joining {
        topics.withLock { topics in
            guard let joined = topics else { return .ended }
            if joined.contains(topic) { return .known }
            if joined.count >= max { return .tooMany }
            topics?.insert(topic)
            return .new
        }
    }

    func isSubscribed(to topic: StreamTopic) -> Bool { topics.withLock { $0?.contains(topic) ?? false } }

    /// False: there was no such subscription.
    func part(_ topic: StreamTopic) -> Bool { topics.withLock { $0?.remove(topic) != nil } }

    /// The last subscriptions; no more are taken.
    func end() -> Set<StreamTopic> {
        topics.withLock { topics in
            defer { topics = nil }
            return topics ?? []
        }
    }
}
