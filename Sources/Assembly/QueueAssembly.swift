internal import DurableFiles
internal import Logging
internal import NIOCore
internal import NIOPosix
public import Queue
internal import QueueCluster
public import ServiceLifecycle
public import Settings
internal import StatuscastModel
internal import Wire

/// Makes the queue that the roles are given. They cannot tell the two kinds apart.
public enum QueueAssembly {
    /// The in-process queue: every node that has data here, and `q1` on new data, so that what separate nodes left
    /// behind is delivered as well.
    public static func local(_ data: DataDirectory, disk: QueueDisk = QueueDisk()) throws -> any Queue {
        let names = try data.queueNodeNames()
        let topics = try disk.topics(at: data.queue)
        let nodes = try (names.isEmpty ? ["q1"] : names).map { name in
            (
                node: try LocalNode(name: name, directory: data.queueNode(name), topics: topics) as any QueueNode,
                weight: 1
            )
        }
        return RingQueue(nodes: nodes)
    }

    /// The queue cluster over the wire.
    public static func remote(_ nodes: [(name: String, address: String)]) throws -> any Queue {
        RingQueue(
            nodes: try nodes.map { name, address in
                guard let parsed = WireAddress(address) else {
                    throw SettingsError("\"\(address)\" of queue node \(name) is neither unix:PATH nor tcp:HOST:PORT")
                }
                let node = RemoteNode(name: name, address: parsed, group: MultiThreadedEventLoopGroup.singleton)
                return (node: node as any QueueNode, weight: 1)
            })
    }
}

/// Closes the queue when everything that used it has ended.
public struct QueueLifetime: Service {
    let queue: any Queue

    public init(_ queue: any Queue) { self.queue = queue }

    public func run() async throws {
        try? await gracefulShutdown()
        await queue.close()
    }
}

/// One node of the queue cluster as a process.
public struct QueueNodeRole: Service {
    let node: LocalNode
    let address: WireAddress
    let onListening: @Sendable (String) -> Void

    /// Opens the node's directory, which recovers its logs; blocks while it does.
    public init(
        name: String, data: DataDirectory, listen: String?, disk: QueueDisk = QueueDisk(),
        onListening: @escaping @Sendable (String) -> Void
    ) throws {
        guard QueueNodeName.isValid(name) else {
            throw SettingsError("\"\(name)\" is no node name: 1 to 32 of a-z, 0-9 and -, beginning with a letter")
        }
        let written = try listen ?? SocketName.queue(name).address(in: data)
        guard let address = WireAddress(written) else {
            throw SettingsError("--listen \"\(written)\" is neither unix:PATH nor tcp:HOST:PORT")
        }
        self.address = address
        self.onListening = onListening
        node = try LocalNode(name: name, directory: data.queueNode(name), topics: try disk.topics(at: data.queue))
    }

    public func run() async throws {
        let server = try await WireServer.start(
            address: address, handler: QueueNodeService(node: node), group: MultiThreadedEventLoopGroup.singleton)
        onListening(server.address.description)
        try? await gracefulShutdown()
        // The node first: that ends the long polls, which the server would wait for.
        await node.close()
        await server.stop(graceMilliseconds: 500)
    }
}
