internal import Settings

/// The membership file as the operator's command reads and changes it.
struct MembershipAccess: Sendable {
    let data: DataDirectory

    private var file: QueueNodesFile { QueueNodesFile(sharedDirectory: data.shared) }

    /// What the cluster has. Where no process has written the file yet: the nodes that have data here.
    func current() throws -> QueueMembership {
        if let known = try file.read() { return known }
        return try begin()
    }

    /// Changes the file; running processes follow within about a second.
    @discardableResult
    func change(_ body: (inout QueueMembership) throws -> Void) throws -> QueueMembership {
        try file.change(absent: try begin(), body)
    }

    private func begin() throws -> QueueMembership {
        let names = (try? data.queueNodeNames()) ?? []
        guard !names.isEmpty else {
            throw OperateError(
                .notFound,
                "\(data.path) has no queue nodes yet: start the server there first, or name its directory with --data")
        }
        return QueueMembership(epoch: 1, nodes: names.map { QueueMembership.Node(name: $0) })
    }
}

/// A node on a command line: `q4`, `q4:2`, `q4=tcp:host:port`, `q4:2=unix:/path`.
struct NodeArgument: Sendable, Hashable {
    var node: QueueMembership.Node

    init(_ text: String) throws {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, QueueNodeName.isValid(name), parts.count <= 2 else {
            throw OperateError(
                .usage, "\"\(text)\" is no node: NAME[:WEIGHT][=ADDRESS], the name of a-z, 0-9 and -, for example q4:2")
        }
        node = QueueMembership.Node(name: name)
        if parts.count == 2 { node.weight = try Self.weight(parts[1]) }
        if halves.count == 2 {
            guard halves[1].hasPrefix("unix:") || halves[1].hasPrefix("tcp:") else {
                throw OperateError(.usage, "\"\(halves[1])\" is neither unix:PATH nor tcp:HOST:PORT")
            }
            node.address = halves[1]
        }
    }

    /// `q4:2`, where only the weight is to change.
    static func weighted(_ text: String) throws -> (name: String, weight: Int) {
        let node = try NodeArgument(text).node
        guard text.contains(":"), !text.contains("=") else {
            throw OperateError(.usage, "\"\(text)\" is no NAME:WEIGHT, for example q4:2")
        }
        return (node.name, node.weight)
    }

    static func weight(_ text: String) throws -> Int {
        guard let weight = Int(text), QueueMembership.weights.contains(weight) else {
            throw OperateError(
                .usage,
                "\"\(text)\" is no weight: \(QueueMembership.weights.lowerBound) to \(QueueMembership.weights.upperBound)"
            )
        }
        return weight
    }
}

/// One change of the membership, refused where it makes no sense.
enum MembershipChange: Sendable, Hashable {
    case add(QueueMembership.Node)
    case setWeight(String, Int)
    case drain(String)
    case reactivate(String)
    case remove(String)

    func apply(to membership: inout QueueMembership) throws {
        switch self {
        case .add(let node):
            guard membership[node.name] == nil else {
                throw OperateError(.failed, "queue node \(node.name) is in the cluster already")
            }
            guard membership.nodes.count < QueueMembership.nodesMax else {
                throw OperateError(.failed, "a cluster has at most \(QueueMembership.nodesMax) queue nodes")
            }
            membership.nodes.append(node)
        case .setWeight(let name, let weight):
            membership.nodes[try index(name, membership)].weight = weight
        case .drain(let name):
            membership.nodes[try index(name, membership)].state = .draining
        case .reactivate(let name):
            membership.nodes[try index(name, membership)].state = .active
        case .remove(let name):
            membership.nodes.remove(at: try index(name, membership))
        }
        guard !membership.active.isEmpty else {
            throw OperateError(.failed, "no active queue node would be left: add another one first")
        }
    }

    private func index(_ name: String, _ membership: QueueMembership) throws -> Int {
        guard let index = membership.nodes.firstIndex(where: { $0.name == name }) else {
            let known = membership.nodes.map(\.name).joined(separator: ", ")
            throw OperateError(.notFound, "there is no queue node \(name); the cluster has \(known)")
        }
        return index
    }
}
