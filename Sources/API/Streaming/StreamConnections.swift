internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization

/// The open streams of this front: how many there may be, and their signs of life, given by one clock for all.
///
/// May be used from anywhere, concurrently.
final class StreamConnections: Service, Sendable {
    private struct State {
        /// By second in which they get a sign of life, so that they do not all get it in the same.
        var slots: [[UInt64: StreamConnection]]
        var subjects: [StreamConnection.Subject: Int] = [:]
        var counts: [StreamTransport: Int] = [:]
        var nextID: UInt64 = 0
    }

    /// Seconds between two pings; server-sent events get a heartbeat twice as often.
    static let pingSeconds = 30
    static let thumpSeconds = 15

    private let limits: APIConfiguration.StreamLimits
    private let live: FrontLive
    private let tokens: TokenCache
    private let metrics: StreamMetrics
    private let state: Mutex<State>

    init(limits: APIConfiguration.StreamLimits, live: FrontLive, tokens: TokenCache, metrics: StreamMetrics) {
        self.limits = limits
        self.live = live
        self.tokens = tokens
        self.metrics = metrics
        state = Mutex(State(slots: Array(repeating: [:], count: StreamConnections.pingSeconds)))
    }

    /// Throws 429 or 503 where there are too many already. Whoever gets one removes it.
    func open(
        _ transport: StreamTransport, viewer: Viewer?, token: TokenHash?, address: String, channel: any Channel
    ) throws(ClientError) -> StreamConnection {
        let subject = viewer?.account.map { StreamConnection.Subject.account($0) } ?? .address(address)
        let isLimited = live.values.rateLimitsEnabled
        let (connection, count) = try state.withLock { (state) throws(ClientError) in
            guard state.counts.values.reduce(0, +) < limits.connections else {
                throw .unavailable("There are too many streams open just now")
            }
            let own = state.subjects[subject] ?? 0
            guard !isLimited || own < limits.connectionsEach else {
                throw .tooMany(retryAfterSeconds: UInt64(StreamConnections.pingSeconds))
            }
            state.nextID += 1
            let connection = StreamConnection(
                id: state.nextID, transport, viewer: viewer, token: token, subject: subject, channel: channel)
            state.subjects[subject] = own + 1
            state.slots[slot(of: connection)][connection.id] = connection
            state.counts[transport, default: 0] += 1
            return (connection, state.counts[transport] ?? 0)
        }
        metrics.open(transport, count)
        return connection
    }

    func remove(_ connection: StreamConnection) {
        let count = state.withLock { state -> Int? in
            guard state.slots[slot(of: connection)].removeValue(forKey: connection.id) != nil else { return nil }
            let left = (state.subjects[connection.subject] ?? 1) - 1
            state.subjects[connection.subject] = left > 0 ? left : nil
            state.counts[connection.transport, default: 1] -= 1
            return state.counts[connection.transport]
        }
        if let count { metrics.open(connection.transport, count) }
    }

    private func slot(of connection: StreamConnection) -> Int {
        Int(connection.id % UInt64(StreamConnections.pingSeconds))
    }

    func run() async throws {
        _ = await cancelWhenGracefulShutdown {
            var second = 0
            while !Task.isCancelled {
                // The clock that drives the signs of life.
                try? await Task.sleep(for: .seconds(1))
                self.beat(second)
                second = (second + 1) % StreamConnections.pingSeconds
            }
        }
    }

    /// A sign of life for all whose second it is; the end for those whose token has ended.
    func beat(_ second: Int) {
        let other = (second + StreamConnections.thumpSeconds) % StreamConnections.pingSeconds
        let (all, half) = state.withLock { ($0.slots[second], $0.slots[other]) }
        for connection in all.values { beat(connection) }
        for connection in half.values where connection.transport == .events { beat(connection) }
    }

    private func beat(_ connection: StreamConnection) {
        if let token = connection.token, tokens.hasEnded(token, of: connection.viewer) {
            connection.signal(.close(.revoked))
        } else {
            connection.signal(.beat)
        }
    }
}
