public import NIOCore
internal import NIOPosix

/// Listens on an address and hands requests to a handler.
public final class WireServer: Sendable {
    /// Where it listens; port 0 has become the port bound.
    public let address: WireAddress
    private let channel: any Channel
    private let core: ServerCore
    private let socketFile: UnixSocketFile?

    private init(address: WireAddress, channel: any Channel, core: ServerCore, socketFile: UnixSocketFile?) {
        self.address = address
        self.channel = channel
        self.core = core
        self.socketFile = socketFile
    }

    /// Listens. A Unix socket gets mode 0600; a socket file that a dead process has left behind is replaced.
    ///
    /// Throws `WireError`: `.busy` if the address is in use, `.invalid` if it cannot be one.
    public static func start(
        address: WireAddress, handler: any WireHandler, limits: WireLimits = .default, group: any EventLoopGroup
    ) async throws(WireError) -> WireServer {
        try address.validate()
        let core = ServerCore(handler: handler, limits: limits)
        do {
            switch address {
            case .tcp(let host, let port):
                let channel = try await bootstrap(core, group)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .bind(host: host, port: port).get()
                let bound = WireAddress.tcp(host: host, port: channel.localAddress?.port ?? port)
                return WireServer(address: bound, channel: channel, core: core, socketFile: nil)
            case .unix(let path):
                let (file, descriptor) = try UnixSocketFile.bind(path)
                let channel = try await bootstrap(core, group).withBoundSocket(descriptor).get()
                return WireServer(address: address, channel: channel, core: core, socketFile: file)
            }
        } catch let error as WireError {
            throw error
        } catch let error as IOError where error.errnoCode == UnixSocketFile.addressInUse {
            throw WireError(.busy, "\(address) is in use")
        } catch {
            throw WireError(.invalid, "cannot listen on \(address): \(error)")
        }
    }

    /// Stops accepting, refuses new requests with `.temporary`, gives running ones `graceMilliseconds` to be answered,
    /// and closes everything. Tasks of `WireReply.complete` that are still running then are cancelled.
    public func stop(graceMilliseconds: Int) async {
        socketFile?.remove()
        try? await channel.close().get()
        let channels = core.drain()
        let force = channel.eventLoop.scheduleTask(in: .milliseconds(Int64(max(0, graceMilliseconds)))) {
            for channel in channels { channel.close(promise: nil) }
        }
        for channel in channels { try? await channel.closeFuture.get() }
        force.cancel()
    }

    private static func bootstrap(_ core: ServerCore, _ group: any EventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.recvAllocator, value: SocketTuning.receive)
            .childChannelOption(.writeBufferWaterMark, value: SocketTuning.waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try core.accept(channel) }
            }
    }
}
