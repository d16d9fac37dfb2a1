import NIOCore
import NIOPosix
import Synchronization

/// A server that answers every post with a new id, and stands still for a while once.
final class StubServer: Sendable {
    private let channel: any Channel
    let port: Int

    /// `stall` is a span of time, from the first request on, in which nothing is answered before its end.
    static func start(stall: Range<Int64> = 0..<0, status: Int = 200) async throws -> StubServer {
        let answers = Answers(stall: stall, status: status)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StubHandler(answers))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return StubServer(channel)
    }

    private init(_ channel: any Channel) {
        self.channel = channel
        port = channel.localAddress?.port ?? 0
    }

    func stop() async { try? await channel.close() }
}

private final class Answers: Sendable {
    private let stall: Range<Int64>
    private let status: Int
    private let state = Mutex<(first: NIODeadline?, ids: UInt64)>((nil, 1_000_000))

    init(stall: Range<Int64>, status: Int) {
        self.stall = stall
        self.status = status
    }

    /// The bytes, and when they may go.
    func next(isFirstContact: Bool) -> (bytes: String, wait: TimeAmount) {
        state.withLock { state in
            state.ids += 1
            let body = "{\"id\":\"\(state.ids)\"}"
            let bytes =
                "HTTP/1.1 \(isFirstContact ? 200 : status) OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            if isFirstContact { return (bytes, .zero) }
            let first = state.first ?? .now()
            state.first = first
            let passed = (NIODeadline.now() - first).nanoseconds / 1_000_000
            return (bytes, stall.contains(passed) ? .milliseconds(stall.upperBound - passed) : .zero)
        }
    }
}

private final class StubHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answers: Answers

    init(_ answers: Answers) { self.answers = answers }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let request = String(buffer: unwrapInboundIn(data))
        let answer = answers.next(isFirstContact: request.contains("verify_credentials"))
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: answer.wait) {
            channel.writeAndFlush(ByteBuffer(string: answer.bytes), promise: nil)
        }
    }
}
