internal import DurableFiles
internal import Logging
internal import NIOCore
internal import NIOPosix
public import Queue
internal import QueueCluster
internal import SegmentLog
public import ServiceLifecycle
public import Settings
internal import StatuscastModel
internal import Wire

/// Makes the queue that the roles are given. They cannot tell the two kinds apart.
public enum QueueAssembly {
    static var topics: [TopicSpec] { Topics.all.map { TopicSpec(name: $0.topic, groups: $0.groups) } }

    /// The in-process queue: every node that has data here, and `q1` on new data, so that what separate nodes left
    /// behind is delivered as well.
    /// The door lets the operator's command reach the nodes.
    public static func local(_ process: ProcessRun) throws -> (queue: any Queue, door: QueueDoor) {
        try local(process.directory) { name in try node(name, process) }
    }

    /// The same with defaults, for programs without settings.
    public static func local(_ data: DataDirectory) throws -> (queue: any Queue, door: QueueDoor) {
        try local(data) { name in try LocalNode(name: name, directory: data.queueNode(name), topics: topics) }
    }

    private static func local(
        _ data: DataDirectory, _ open: (String) throws -> LocalNode
    ) throws -> (queue: any Queue, door: QueueDoor) {
        let names = try data.queueNodeNames()
        let nodes = try (names.isEmpty ? ["q1"] : names).map(open)
        let queue = RingQueue(nodes: nodes.map { (node: $0 as any QueueNode, weight: 1) })
        return (queue, try QueueDoor(nodes, in: data))
    }

    /// Opens a node's directory as the settings say; blocks while its logs are recovered.
    static func node(_ name: String, _ process: ProcessRun) throws -> LocalNode {
        var configuration = SegmentLogConfiguration()
        configuration.segmentBytes = process.settings[Keys.queueSegmentSize]
        configuration.quotaBytes = process.settings[Keys.queueTopicQuota]
        let node = try LocalNode(
            name: name, directory: process.directory.queueNode(name), topics: topics, configuration: configuration)
        process.live.onReload { node.setQuota(bytes: $0[Keys.queueTopicQuota]) }
        let gauges = QueueGauges { () throws(QueueError) in try await node.stats() }
        process.parts.add(collector: { await gauges.collect() })
        return node
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
    public init(process: ProcessRun, onListening: @escaping @Sendable (String) -> Void) throws {
        let settings = process.settings
        let name = settings[Keys.queueName]
        let written = try settings[Keys.queueListen] ?? SocketName.queue(name).address(in: process.directory)
        guard let address = WireAddress(written) else {
            throw ConfigurationFaults(
                settings.origin(of: Keys.queueListen.setting).description,
                "queue.listen: \"\(written)\" is neither unix:/PATH nor tcp:HOST:PORT")
        }
        self.address = address
        self.onListening = onListening
        let node = try QueueAssembly.node(name, process)
        self.node = node
        process.parts.add(.queueNode(node))
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
