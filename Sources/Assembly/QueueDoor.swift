internal import NIOPosix
internal import Queue
internal import QueueCluster
public import ServiceLifecycle
internal import Settings
internal import Wire

/// Serves the queue nodes of this process on the sockets on which nodes of their own would be, so that the operator's
/// command finds them. Put it behind `QueueLifetime`, which closes the nodes.
public struct QueueDoor: Service {
    private let nodes: [(node: LocalNode, address: WireAddress)]

    init(_ nodes: [LocalNode], in data: DataDirectory) throws {
        self.nodes = try nodes.map { node in
            let written = try SocketName.queue(node.name).address(in: data)
            guard let address = WireAddress(written) else { throw SettingsError("\"\(written)\" is no socket") }
            return (node, address)
        }
    }

    public func run() async throws {
        var servers: [WireServer] = []
        do {
            for (node, address) in nodes {
                servers.append(
                    try await WireServer.start(
                        address: address, handler: QueueNodeService(node: node),
                        group: MultiThreadedEventLoopGroup.singleton))
            }
            try? await gracefulShutdown()
        } catch {
            for server in servers { await server.stop(graceMilliseconds: 0) }
            throw error
        }
        for server in servers { await server.stop(graceMilliseconds: 100) }
    }
}
