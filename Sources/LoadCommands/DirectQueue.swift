internal import Load
internal import NIOPosix
internal import Queue
internal import QueueCluster
internal import Settings
internal import Wire

/// The way to the queue nodes of a running system, those inside `statuscast up` among them.
enum DirectQueue {
    static func open(_ data: DataDirectory) throws -> any Queue {
        let known = try QueueNodesFile(sharedDirectory: data.shared).read()
        let nodes = try known?.nodes ?? data.queueNodeNames().map { QueueMembership.Node(name: $0) }
        guard !nodes.isEmpty else { throw LoadError("\(data.path) has no queue nodes: start the server there first") }
        return RingQueue(
            members: try nodes.map { node in
                let written = try node.address(in: data)
                guard let address = WireAddress(written) else { throw LoadError("\"\(written)\" is no address") }
                let remote = RemoteNode(name: node.name, address: address, group: MultiThreadedEventLoopGroup.singleton)
                return RingMember(node: remote, weight: node.weight, takesNewStreams: node.state == .active)
            })
    }
}
