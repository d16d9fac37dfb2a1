internal import DurableFiles
public import Logging
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
    static var topics: [TopicSpec] { Topics.all.map { TopicSpec(name: $0.topic, groups: $0.groups) } }

    /// The in-process queue: every node of the cluster and every one that has data here (`q1` on new data), so that what
    /// separate nodes left behind is delivered as well. Follows changes of the membership: a node that is added later is
    /// a process of its own until the next start.
    public static func local(
        _ data: DataDirectory, logger: Logger = Logger(label: "statuscast")
    ) throws -> any Queue {
        let file = QueueNodesFile(sharedDirectory: data.shared)
        let membership = try file.read()
        let names = try localNames(data, membership)
        let nodes = try names.map { try LocalNode(name: $0, directory: data.queueNode($0), topics: topics) }
        let book = NodeBook(data: data, local: nodes)
        let watch = QueueMembershipWatch(file: file, current: membership, logger: logger)
        let queue = RingQueue(members: try book.members(of: membership))
        queue.follow(watch, book, logger)
        for node in nodes {
            let drain = NodeDrain(node: node, book: book, watch: watch, logger: logger)
            drain.begin(membership)
            queue.whileOpen { _ in await drain.run() }
        }
        return queue
    }

    /// The queue cluster over the wire. `nodes` are those that the cluster begins with where it has no file of nodes yet;
    /// from then on the file counts, and its changes are followed.
    public static func remote(
        _ nodes: [(name: String, address: String)], in data: DataDirectory, logger: Logger
    ) throws -> any Queue {
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
        queue.follow(QueueMembershipWatch(file: file, current: membership, logger: logger), book, logger)
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
