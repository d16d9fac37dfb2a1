internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Queue
internal import QueueCluster
public import ServiceLifecycle
internal import Settings
internal import Wire

/// One node of the queue cluster as a process.
public struct QueueNodeRole: Service {
    let node: LocalNode
    let drain: NodeDrain
    let address: WireAddress
    let onListening: @Sendable (String) -> Void

    /// Opens the node's directory, which recovers its logs; blocks while it does.
    public init(process: ProcessRun, onListening: @escaping @Sendable (String) -> Void) throws {
        let (settings, data) = (process.settings, process.directory)
        let name = settings[Keys.queueName]
        let written = try settings[Keys.queueListen] ?? SocketName.queue(name).address(in: data)
        guard let address = WireAddress(written) else {
            throw ConfigurationFaults(
                settings.origin(of: Keys.queueListen.setting).description,
                "queue.listen: \"\(written)\" is neither unix:/PATH nor tcp:HOST:PORT")
        }
        self.address = address
        self.onListening = onListening
        let file = QueueNodesFile(sharedDirectory: data.shared)
        let membership = try file.read()
        let node = try QueueAssembly.node(name, process)
        self.node = node
        process.parts.add(.queueNode(node))
        drain = NodeDrain(
            node: node, book: NodeBook(data: data, local: [node]),
            watch: QueueMembershipWatch(file: file, current: membership, logger: process.logger),
            logger: process.logger)
        drain.begin(membership)
    }

    public func run() async throws {
        let server = try await WireServer.start(
            address: address, handler: QueueNodeService(node: node), group: MultiThreadedEventLoopGroup.singleton)
        onListening(server.address.description)
        let following = [
            Task { [watch = drain.watch] in while !Task.isCancelled { _ = await watch.look() } },
            Task { [drain] in await drain.run() },
        ]
        try? await gracefulShutdown()
        for task in following { task.cancel() }
        // The node first: that ends the long polls, which the server would wait for.
        await node.close()
        await server.stop(graceMilliseconds: 500)
    }
}
