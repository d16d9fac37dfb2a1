internal import NIOCore
internal import NIOPosix
internal import Queue
internal import QueueCluster
internal import Settings
internal import Synchronization
internal import Wire

/// The node objects of a process: those in it, and one for each place over the wire, so that a node that stays keeps its
/// connections.
final class NodeBook: Sendable {
    private let data: DataDirectory
    private let local: [LocalNode]
    private let remote = Mutex<[QueueMembership.Node.Place: RemoteNode]>([:])

    init(data: DataDirectory, local: [LocalNode]) {
        self.data = data
        self.local = local
    }

    /// The nodes of a membership. A node in this process that it does not name is read only; without a membership all
    /// of them take streams.
    func members(of membership: QueueMembership?) throws(SettingsError) -> [RingMember] {
        guard let membership else { return local.map { RingMember(node: $0) } }
        var members: [RingMember] = []
        for node in membership.nodes {
            members.append(
                RingMember(
                    node: try self.node(node), weight: node.weight, takesNewStreams: node.state == .active))
        }
        for node in local where membership[node.name] == nil {
            members.append(RingMember(node: node, takesNewStreams: false))
        }
        remote.withLock { book in
            let kept = Set(membership.nodes.map(\.place))
            book = book.filter { kept.contains($0.key) }
        }
        return members
    }

    func node(_ node: QueueMembership.Node) throws(SettingsError) -> any QueueNode {
        if let here = local.first(where: { $0.name == node.name }) { return here }
        let written = try node.address(in: data)
        guard let address = WireAddress(written) else {
            throw SettingsError("\"\(written)\" of queue node \(node.name) is neither unix:PATH nor tcp:HOST:PORT")
        }
        return remote.withLock { book in
            if let known = book[node.place] { return known }
            let new = RemoteNode(name: node.name, address: address, group: MultiThreadedEventLoopGroup.singleton)
            book[node.place] = new
            return new
        }
    }
}

extension QueueMembership.Node {
    /// What makes a node the same one.
    struct Place: Hashable {
        var name: String
        var address: String?
    }

    var place: Place { Place(name: name, address: address) }
}
