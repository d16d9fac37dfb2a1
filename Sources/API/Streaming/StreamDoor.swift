internal import HTTPTypes
internal import NIOCore
internal import StatuscastModel
internal import SystemClock

/// Lets streams in: tokens, limits, what may be subscribed to. May be used from anywhere, concurrently.
struct StreamDoor: Sendable {
    let tokens: TokenCache
    let limiter: RateLimiter
    let doorstep: Doorstep
    let connections: StreamConnections
    let sources: StreamSources
    let metrics: StreamMetrics
    let limits: APIConfiguration.StreamLimits
    /// Whether a list is somebody's own.
    let ownsList: @Sendable (ListID, AccountID) async throws(ClientError) -> Bool
    private let route = RouteMetrics("GET /api/v1/streaming")

    init(
        tokens: TokenCache, limiter: RateLimiter, doorstep: Doorstep, connections: StreamConnections,
        sources: StreamSources, metrics: StreamMetrics, limits: APIConfiguration.StreamLimits,
        ownsList: @escaping @Sendable (ListID, AccountID) async throws(ClientError) -> Bool
    ) {
        self.tokens = tokens
        self.limiter = limiter
        self.doorstep = doorstep
        self.connections = connections
        self.sources = sources
        self.metrics = metrics
        self.limits = limits
        self.ownsList = ownsList
    }

    /// A stream that may begin.
    struct Opening: Sendable {
        let connection: StreamConnection
        /// The head of the answer, up to the first bytes of the stream.
        let head: ByteBuffer
        /// What is subscribed to from the start.
        let topic: StreamTopic?
    }

    /// The connection that comes with a success has to be `close`d.
    func open(_ head: HTTPRequest, on channel: any Channel) async -> Result<Opening, ClientError> {
        let started = MonotonicClock.nanoseconds()
        do throws(ClientError) {
            let opening = try await opening(head, channel)
            route.record(
                opening.connection.transport == .events ? .ok : .switchingProtocols, startedNanoseconds: started)
            return .success(opening)
        } catch {
            route.record(error.status, startedNanoseconds: started)
            return .failure(error)
        }
    }

    private func opening(_ head: HTTPRequest, _ channel: any Channel) async throws(ClientError) -> Opening {
        let request = try StreamRequest(head)
        let address = doorstep.origin(head.headerFields, on: channel).network
        var viewer = request.token.flatMap { tokens.cached($0) }
        if let decision = limiter.request(account: viewer?.account, address: address), !decision.isAllowed {
            throw .tooManyRequests(decision, retryAfterSeconds: limiter.secondsUntilReset(decision))
        }
        if let token = request.token, viewer == nil { viewer = try await tokens.viewer(token) }
        if viewer?.isPending == true { throw .pendingLogin }
        var topic: StreamTopic?
        if request.handshake == nil || request.stream != nil {
            topic = try await self.topic(request.stream ?? "", request.parameters, viewer)
        }
        let connection = try connections.open(
            request.handshake == nil ? .events : .socket, viewer: viewer, token: request.token, address: address,
            channel: channel)
        return Opening(
            connection: connection, head: request.handshake.map(StreamHead.socket) ?? StreamHead.events, topic: topic)
    }

    /// What is subscribed to, if it may be.
    func topic(
        _ stream: String, _ parameters: RequestParameters, _ viewer: Viewer?
    ) async throws(ClientError) -> StreamTopic {
        let topic = try StreamTopic(stream: stream, parameters, viewer: viewer)
        if let list = topic.list {
            guard let account = viewer?.account, try await ownsList(list, account) else { throw .notYourList }
        }
        return topic
    }

    func close(_ connection: StreamConnection) {
        sources.leave(connection)
        connections.remove(connection)
    }
}

/// The heads of answers that begin a stream.
enum StreamHead {
    static let events: ByteBuffer = {
        var fields = CommonHeaders.plain
        fields[.contentType] = "text/event-stream"
        fields[.cacheControl] = "private, no-store"
        fields[.vary] = "Authorization, Origin"
        fields[.transferEncoding] = "chunked"
        return head("200 OK", fields, unbuffered: true)
    }()

    static func socket(_ handshake: WebSocketHandshake) -> ByteBuffer {
        var fields: HTTPFields = [.upgrade: "websocket", .connection: "Upgrade"]
        fields[.secWebSocketAccept] = handshake.accept
        fields[.secWebSocketProtocol] = handshake.protocolName
        return head("101 Switching Protocols", fields, unbuffered: false)
    }

    private static func head(_ status: String, _ fields: HTTPFields, unbuffered: Bool) -> ByteBuffer {
        var text = "HTTP/1.1 \(status)\r\n"
        for field in fields { text += "\(field.name.rawName): \(field.value)\r\n" }
        // Proxies that buffer would keep events back.
        if unbuffered { text += "X-Accel-Buffering: no\r\n" }
        return ByteBuffer(string: text + "\r\n")
    }
}
