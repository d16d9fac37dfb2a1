import NIOCore
import NIOPosix
import Synchronization
import Wire

/// A connection that says exactly the given bytes and keeps what it hears.
final class RawPeer: Sendable {
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let heard: Recorder<UInt8>
        init(heard: Recorder<UInt8>) { self.heard = heard }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            for byte in unwrapInboundIn(data).readableBytesView { heard.append(byte) }
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    let channel: any Channel
    private let heard: Recorder<UInt8>

    init(_ address: WireAddress) async throws {
        let heard = Recorder<UInt8>()
        let bootstrap = ClientBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Handler(heard: heard))
            }
        }
        switch address {
        case .tcp(let host, let port): channel = try await bootstrap.connect(host: host, port: port).get()
        case .unix(let path): channel = try await bootstrap.connect(unixDomainSocketPath: path).get()
        }
        self.heard = heard
    }

    var bytes: [UInt8] { heard.values }

    func say(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    func close() { channel.close(promise: nil) }

    /// Everything heard until the other side has closed.
    func hearToTheEnd() async throws -> [UInt8] {
        try await channel.closeFuture.get()
        return bytes
    }
}

/// A server that answers the first bytes of each connection with fixed ones, then keeps silent.
final class RawServer: Sendable {
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let answers: [[UInt8]]
        var next = 0
        init(answers: [[UInt8]]) { self.answers = answers }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard next < answers.count else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answers[next])), promise: nil)
            next += 1
        }
    }

    let address: WireAddress
    private let channel: any Channel

    init(answers: [[UInt8]]) async throws {
        channel = try await ServerBootstrap(group: group).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Handler(answers: answers))
            }
        }.bind(host: "127.0.0.1", port: 0).get()
        address = .tcp(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
    }

    func close() async { try? await channel.close().get() }
}
