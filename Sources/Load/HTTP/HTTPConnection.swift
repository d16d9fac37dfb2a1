internal import NIOCore
internal import NIOPosix

/// One keep-alive connection that sends whole requests one after the other. For whoever waits for each answer; the
/// driver has many of its own.
public final class HTTPConnection: Sendable {
    private let channel: any Channel
    private let exchange: HTTPExchange

    /// Throws where nobody listens.
    public static func connect(host: String, port: Int) async throws -> HTTPConnection {
        let exchange = HTTPExchange()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(exchange) }
            }
            .connect(host: host, port: port).get()
        return HTTPConnection(channel, exchange)
    }

    private init(_ channel: any Channel, _ exchange: HTTPExchange) {
        self.channel = channel
        self.exchange = exchange
    }

    /// Sends a request as `HTTPRequest` writes it and waits for its answer. One at a time. Throws where the connection
    /// ends before the answer, or none comes within a minute.
    public func send(_ request: [UInt8]) async throws -> HTTPAnswer {
        let loop = channel.eventLoop
        let promise = loop.makePromise(of: HTTPAnswer.self)
        loop.execute { [channel, exchange] in
            let limit = loop.scheduleTask(in: .seconds(60)) { channel.close(promise: nil) }
            exchange.onAnswer = { answer in
                limit.cancel()
                exchange.onEnd = nil
                promise.succeed(answer)
            }
            exchange.onEnd = {
                limit.cancel()
                exchange.onAnswer = nil
                promise.fail(LoadError("the server closed the connection, or did not answer within a minute"))
            }
            guard channel.isActive else {
                exchange.onEnd?()
                exchange.onEnd = nil
                return
            }
            channel.writeAndFlush(ByteBuffer(bytes: request), promise: nil)
        }
        return try await promise.futureResult.get()
    }

    public func close() async { try? await channel.close() }
}

/// Why load cannot be driven, or a measurement not be made.
public struct LoadError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
