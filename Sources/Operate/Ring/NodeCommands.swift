internal import ArgumentParser
internal import QueueCluster
internal import Settings

/// `statuscast queue add-node`
struct AddNodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-node", abstract: "Add a queue node that runs already, or take one back that is drained.",
        discussion: """
            Running processes open new streams of the node's partitions on it within about a second. See what would move \
            with: statuscast queue ring --add NAME
            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions

    @Argument(help: "NAME[:WEIGHT][=ADDRESS]; the address is a socket in the data directory by default.")
    var node: String

    func run() async throws {
        let node = try NodeArgument(node).node
        let access = MembershipAccess(data: try data.location)
        let known = try access.current()[node.name]
        // A member that does not answer holds up everybody who has to know where the streams end.
        let remote = try NodeReach(data: try data.location).connect(known ?? node)
        do {
            _ = try await remote.stats()
        } catch {
            throw OperateError(
                .unavailable,
                "queue node \(node.name) does not answer (\(error)); start it first: statuscast-queue --name \(node.name)"
            )
        }
        await remote.close()
        let change: MembershipChange = known?.state == .draining ? .reactivate(node.name) : .add(node)
        let changed = try access.change { try change.apply(to: &$0) }
        Terminal.print("queue node \(node.name) takes streams (epoch \(changed.epoch))")
    }
}

/// `statuscast queue set-weight`
struct SetWeightCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-weight", abstract: "Give a queue node another share of the partitions.",
        discussion: ExitStatus.help)

    @OptionGroup var data: DataOptions

    @Argument(help: "The node's name.")
    var name: String

    @Argument(help: "Its share against the other nodes': 1 to 100.")
    var weight: String

    func run() throws {
        let change = MembershipChange.setWeight(name, try NodeArgument.weight(weight))
        let changed = try MembershipAccess(data: try data.location).change { try change.apply(to: &$0) }
        Terminal.print("queue node \(name) has weight \(weight) (epoch \(changed.epoch))")
    }
}

/// `statuscast queue remove-node`
struct RemoveNodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove-node", abstract: "Take a drained queue node out of the cluster.",
        discussion: """
            Refused while anything lies on the node that a group has not passed. The node's process can be ended \
            afterwards, and its directory deleted.
            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions

    @Argument(help: "The node's name.")
    var name: String

    func run() async throws {
        let access = MembershipAccess(data: try data.location)
        var membership = try access.current()
        try MembershipChange.remove(name).apply(to: &membership)
        guard let node = try access.current()[name], node.state == .draining else {
            throw OperateError(
                .failed, "queue node \(name) is active; drain it first: statuscast queue drain-node \(name)")
        }
        let remains = try await NodeReach(data: try data.location).remains(on: node)
        guard remains.isDrained else {
            throw OperateError(
                .temporary,
                "queue node \(name) is not drained: \(remains.text); wait with: statuscast queue drain-node \(name) --wait"
            )
        }
        let changed = try access.change { membership in
            guard membership[name]?.state == .draining else {
                throw OperateError(.temporary, "queue node \(name) was changed meanwhile; look again")
            }
            try MembershipChange.remove(name).apply(to: &membership)
        }
        Terminal.print("queue node \(name) is out of the cluster (epoch \(changed.epoch)); its process can be ended")
    }
}
