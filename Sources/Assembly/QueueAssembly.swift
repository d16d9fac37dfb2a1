internal import DurableFiles
internal import Logging
internal import Metrics
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
    /// The in-process queue: every node of the cluster and every one that has data here (`q1` on new data), so that what
    /// separate nodes left behind is delivered as well. Follows changes of the membership: a node that is added later is
    /// a process of its own until the next start. The door lets the operator's command reach the nodes.
    public static func local(_ process: ProcessRun) throws -> (queue: any Queue, door: QueueDoor) {
        let (queue, door) = try local(process.directory, process.logger) { name in try node(name, process) }
        let gauges = QueueClientGauges(queue: queue, nodes: { [] }, lanes: Lane.all)
        process.parts.add(collector: { await gauges.collect() })
        return (queue, door)
    }

    /// The same with defaults, for programs without settings.
    public static func local(_ data: DataDirectory) throws -> (queue: any Queue, door: QueueDoor) {
        try local(data, Logger(label: "statuscast")) { name in
            try LocalNode(
                name: name, directory: data.queueNode(name), topics: try QueueDisk().topics(at: data.queue))
        }
    }

    private static func local(
        _ data: DataDirectory, _ logger: Logger, _ open: (String) throws -> LocalNode
    ) throws -> (queue: any Queue, door: QueueDoor) {
        let file = QueueNodesFile(sharedDirectory: data.shared)
        let membership = try file.read()
        let nodes = try localNames(data, membership).map(open)
        let book = NodeBook(data: data, local: nodes)
        let watch = QueueMembershipWatch(file: file, current: membership, logger: logger)
        let queue = RingQueue(members: try book.members(of: membership))
        queue.follow(watch, book, logger)
        for node in nodes {
            let drain = NodeDrain(node: node, book: book, watch: watch, logger: logger)
            drain.begin(membership)
            queue.whileOpen { _ in await drain.run() }
        }
        return (queue, try QueueDoor(nodes, in: data))
    }

    /// Opens a node's directory as the settings say; blocks while its logs are recovered.
    static func node(_ name: String, _ process: ProcessRun) throws -> LocalNode {
        var configuration = SegmentLogConfiguration()
        configuration.segmentBytes = process.settings[Keys.queueSegmentSize]
        let syncTime = Timer(label: "statuscast_queue_sync_seconds", dimensions: [("node", name)])
        configuration.onSync = { syncTime.recordNanoseconds(Int64(clamping: $0)) }
        let disk = QueueDisk(
            quotaBytes: process.settings.topicQuotas, reserveBytes: process.settings[Keys.queueDiskReserve],
            routeTopics: process.settings.routeTopics)
        let node = try LocalNode(
            name: name, directory: process.directory.queueNode(name),
            topics: try disk.topics(at: process.directory.queue), configuration: configuration)
        process.live.onReload { node.setQuotas(bytes: $0.topicQuotas) }
        let gauges = QueueGauges(node: node)
        process.parts.add(collector: { await gauges.collect() })
        return node
    }

    /// The queue cluster over the wire. The settings name the nodes that the cluster begins with where it has no file of
    /// nodes yet; from then on the file counts, and its changes are followed.
    public static func remote(_ process: ProcessRun) throws -> any Queue {
        let (data, logger) = (process.directory, process.logger)
        let nodes = try process.settings.queueNodes
        let file = QueueNodesFile(sharedDirectory: data.shared)
        let membership = try file.bootstrap(
            nodes.map { node in
                let own = try SocketName.queue(node.name).address(in: data)
                return QueueMembership.Node(name: node.name, address: node.address == own ? nil : node.address)
            })
        if Set(nodes.map(\.name)) != Set(membership.nodes.map(\.name)) {
            logger.notice("the queue nodes are those of \(file.path), not of --queue-nodes")
        }
        let book = NodeBook(data: data, local: [])
        let queue = RingQueue(members: try book.members(of: membership))
        let watch = QueueMembershipWatch(file: file, current: membership, logger: logger)
        queue.follow(watch, book, logger)
        let lanes = process.live.process == .deliver ? [process.settings[Keys.deliverLane]].compactMap(\.self) : []
        let gauges = QueueClientGauges(
            queue: queue, nodes: { (watch.current ?? membership).nodes.map(\.name) }, lanes: lanes)
        process.parts.add(collector: { await gauges.collect() })
        return queue
    }

    private static func localNames(_ data: DataDirectory, _ membership: QueueMembership?) throws -> [String] {
        let here = try data.queueNodeNames()
        for node in membership?.nodes ?? [] where node.address != nil && !here.contains(node.name) {
            throw SettingsError(
                "queue node \(node.name) is at \(node.address ?? "") and not in \(data.queue): one process serves only "
                    + "what lies in its own data directory; start the roles as separate processes, or take the node "
                    + "away first (statuscast queue drain-node \(node.name))")
        }
        let names = Set(here).union(membership?.nodes.map(\.name) ?? []).sorted()
        return names.isEmpty ? ["q1"] : names
    }
}

extension RingQueue {
    /// Takes over every change of the membership until the queue is closed.
    func follow(_ watch: QueueMembershipWatch, _ book: NodeBook, _ logger: Logger) {
        whileOpen { queue in
            while !Task.isCancelled {
                guard await watch.look() else { continue }
                do {
                    await queue.change(to: try book.members(of: watch.current))
                } catch {
                    logger.error("the queue nodes stay as they are: \(error)")
                }
            }
        }
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
