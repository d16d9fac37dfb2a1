internal import DequeModule
internal import NIOCore
internal import NIOPosix
internal import SystemClock

/// Many keep-alive connections and the line of what is due but not sent. What finds no free connection waits: its
/// latency counts from when it was due. Used on one event loop only.
final class Connections: @unchecked Sendable {
    typealias Ended = (_ action: Action, _ begun: UInt64, _ answer: HTTPAnswer?) -> Void

    /// One connection with what is under way on it.
    private final class Line {
        var channel: (any Channel)?
        var action: Action?
        var begun: UInt64 = 0
    }

    private let loop: any EventLoop
    private let server: ServerAddress
    private let timeoutNanoseconds: UInt64
    /// Makes the bytes of an action when it is sent.
    private let request: (Action) -> [UInt8]
    /// Told of every action once: with its answer, or with none where the connection broke.
    private let ended: Ended
    private let lines: [Line]
    private var idle: [Int] = []
    private var waiting = Deque<Action>()
    private var isClosed = false
    private(set) var underWay = 0

    init(
        _ loop: any EventLoop, _ server: ServerAddress, count: Int, timeoutSeconds: Double,
        request: @escaping (Action) -> [UInt8], ended: @escaping Ended
    ) {
        self.loop = loop
        self.server = server
        timeoutNanoseconds = UInt64(timeoutSeconds * 1e9)
        self.request = request
        self.ended = ended
        lines = (0..<count).map { _ in Line() }
    }

    var waitingCount: Int { waiting.count }

    func open() { for index in lines.indices { connect(index) } }

    /// `first`: before everything that waits. For looks, which are no load.
    func send(_ action: Action, first: Bool = false) {
        if let index = idle.popLast() { return write(action, on: index) }
        if first { waiting.prepend(action) } else { waiting.append(action) }
    }

    /// Gives up what has been under way for too long.
    func closeOverdue() {
        let now = MonotonicClock.nanoseconds()
        for line in lines where line.action != nil && now - line.begun > timeoutNanoseconds {
            line.channel?.close(promise: nil)
        }
    }

    /// Ends everything: what was not sent is answered by this call, what is under way by `ended`.
    func close() -> [Action] {
        isClosed = true
        defer { waiting.removeAll() }
        for line in lines { line.channel?.close(promise: nil) }
        return Array(waiting)
    }

    private func write(_ action: Action, on index: Int) {
        let line = lines[index]
        line.action = action
        line.begun = MonotonicClock.nanoseconds()
        underWay += 1
        line.channel?.writeAndFlush(ByteBuffer(bytes: request(action)), promise: nil)
    }

    private func connect(_ index: Int) {
        guard !isClosed else { return }
        let exchange = HTTPExchange()
        exchange.onAnswer = { [unowned self] answer in finish(index, answer) }
        exchange.onEnd = { [unowned self] in lost(index) }
        let connecting = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(exchange) }
            }
            .connect(host: server.host, port: server.port)
        connecting.hop(to: loop).whenComplete { [self] result in
            switch result {
            case .success(let channel):
                lines[index].channel = channel
                free(index)
            case .failure: again(index)
            }
        }
    }

    private func finish(_ index: Int, _ answer: HTTPAnswer) {
        let line = lines[index]
        guard let action = line.action else { return }
        line.action = nil
        underWay -= 1
        let begun = line.begun
        free(index)
        ended(action, begun, answer)
    }

    private func free(_ index: Int) {
        if let next = waiting.popFirst() { write(next, on: index) } else { idle.append(index) }
    }

    private func lost(_ index: Int) {
        let line = lines[index]
        line.channel = nil
        idle.removeAll { $0 == index }
        if let action = line.action {
            line.action = nil
            underWay -= 1
            ended(action, line.begun, nil)
        }
        again(index)
    }

    private func again(_ index: Int) {
        guard !isClosed else { return }
        loop.scheduleTask(in: .milliseconds(200)) { [self] in connect(index) }
    }
}
