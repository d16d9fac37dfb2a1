import Measuring
import NIOCore
import NIOPosix
import Synchronization

/// Counts whole replies in what a server sent; leaves in the buffer what is not whole.
typealias ReplyReader = @Sendable (inout ByteBuffer) throws -> Int

/// A closed loop over raw sockets: on each of some connections a fixed number of requests is outstanding, and every
/// reply lets the next one go. Requests that are due together leave in one write.
struct PipelinedLoad: Sendable {
    let port: Int
    /// Sent once on each connection, which is told by its number; the reader passes over what answers it.
    var greeting: @Sendable (Int) -> String = { _ in "" }
    /// What each connection sends again and again.
    let request: @Sendable (Int) -> ByteBuffer
    let reader: ReplyReader

    /// Runs for some seconds after a warm-up of a third of them, then waits for every reply. Answers replies a second,
    /// and how many requests were answered in all.
    func run(
        connections: Int, outstandingEach: Int, seconds: Double
    ) async throws -> (perSecond: Double, answered: Int) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var links: [Link] = []
        for number in 0..<connections { links.append(try await connect(number, group)) }
        for link in links { link.start(outstandingEach) }
        try await ContinuousClock().sleep(for: .seconds(seconds / 3))
        let before = links.reduce(0) { $0 + $1.answered }
        let watch = Stopwatch()
        try await ContinuousClock().sleep(for: .seconds(seconds))
        let perSecond = Double(links.reduce(0) { $0 + $1.answered } - before) / watch.seconds
        for link in links { link.stop() }
        try await waitUntil("the last replies", withinSeconds: 60) {
            if let failure = links.lazy.compactMap(\.failure).first { throw failure }
            return links.allSatisfy(\.isIdle)
        }
        let answered = links.reduce(0) { $0 + $1.answered }
        for link in links { try await link.channel.close() }
        try await group.shutdownGracefully()
        return (perSecond, answered)
    }

    /// One request on a connection of its own.
    func once() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let link = try await connect(0, group)
        link.stop()
        link.start(1)
        try await waitUntil("a reply", withinSeconds: 10) {
            if let failure = link.failure { throw failure }
            return link.answered == 1
        }
        try await link.channel.close()
        try await group.shutdownGracefully()
    }

    private func connect(_ number: Int, _ group: MultiThreadedEventLoopGroup) async throws -> Link {
        let counts = LinkCounts()
        let request = request(number)
        let greeting = greeting(number)
        let channel = try await ClientBootstrap(group: group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { [reader] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        RepeatHandler(request: request, reader: reader, counts: counts))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        if !greeting.isEmpty { try await channel.writeAndFlush(ByteBuffer(string: greeting)) }
        return Link(channel: channel, request: request, counts: counts)
    }
}

/// What a connection has done, seen from outside its event loop.
private final class LinkCounts: Sendable {
    let answered = Atomic<Int>(0)
    let outstanding = Atomic<Int>(0)
    let isStopping = Atomic<Bool>(false)
    let failure = Mutex<(any Error)?>(nil)
}

private struct Link: Sendable {
    let channel: any Channel
    let request: ByteBuffer
    let counts: LinkCounts

    var answered: Int { counts.answered.load(ordering: .acquiring) }
    var isIdle: Bool { counts.outstanding.load(ordering: .acquiring) == 0 }
    var failure: (any Error)? { counts.failure.withLock { $0 } }

    func start(_ count: Int) {
        counts.outstanding.wrappingAdd(count, ordering: .relaxed)
        channel.eventLoop.execute {
            for _ in 0..<count { channel.write(request, promise: nil) }
            channel.flush()
        }
    }

    func stop() { counts.isStopping.store(true, ordering: .releasing) }
}

/// Used on its event loop only.
private final class RepeatHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: ByteBuffer
    private let reader: ReplyReader
    private let counts: LinkCounts
    private var buffer = ByteBuffer()

    init(request: ByteBuffer, reader: @escaping ReplyReader, counts: LinkCounts) {
        self.request = request
        self.reader = reader
        self.counts = counts
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        buffer.writeBuffer(&part)
        do {
            let replies = try reader(&buffer)
            buffer.discardReadBytes()
            guard replies > 0 else { return }
            counts.answered.wrappingAdd(replies, ordering: .releasing)
            if counts.isStopping.load(ordering: .acquiring) {
                counts.outstanding.wrappingSubtract(replies, ordering: .releasing)
            } else {
                for _ in 0..<replies { context.write(wrapOutboundOut(request), promise: nil) }
                context.flush()
            }
        } catch {
            errorCaught(context: context, error: error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        counts.failure.withLock { $0 = $0 ?? error }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard counts.outstanding.load(ordering: .relaxed) > 0 else { return }
        counts.failure.withLock { $0 = $0 ?? BenchmarkError("the server closed the connection") }
    }
}

extension ByteBuffer {
    /// The next line without its CR LF; nil while it is not whole.
    mutating func readLine() -> String? {
        let view = readableBytesView
        guard let end = view.firstIndex(of: 10), end > view.startIndex else { return nil }
        let line = String(decoding: view[view.startIndex..<end - 1], as: UTF8.self)
        moveReaderIndex(to: end + 1)
        return line
    }
}
