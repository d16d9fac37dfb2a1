internal import HashRing
internal import Logging
internal import Queue
internal import Settings
internal import StatuscastModel

/// Lets one node do what the membership says of it: take streams, or be drained.
///
/// A node that begins to be drained goes on for a few seconds, in which the producers leave it by themselves; then it
/// refuses. From then on it brings what is kept for ever to other nodes, again and again until nothing is left.
struct NodeDrain: Sendable {
    private static let graceSeconds = 3
    /// All that `accounts` may have: one for each user shard.
    private static let partitions = (0..<64).map { PartitionIndex(rawValue: $0) }

    let node: LocalNode
    let book: NodeBook
    let watch: QueueMembershipWatch
    let logger: Logger

    /// At the start there is no grace: whoever was told already must not find it open again.
    func begin(_ membership: QueueMembership?) { node.setDraining(isToDrain(membership)) }

    /// Until the task is cancelled. The watch is somebody else's to advance.
    func run() async {
        var secondsToDrain = Self.graceSeconds
        var said: String?
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let membership = watch.current
            guard isToDrain(membership) else {
                node.setDraining(false)
                secondsToDrain = Self.graceSeconds
                continue
            }
            secondsToDrain -= 1
            guard secondsToDrain <= 0 else { continue }
            node.setDraining(true)
            guard let membership, membership[node.name] != nil else { continue }
            let problem = await bringAway(membership)
            if let problem, problem != said { logger.warning("\(problem)") }
            said = problem
        }
    }

    private func isToDrain(_ membership: QueueMembership?) -> Bool {
        membership.map { $0[node.name]?.state != .active } ?? false
    }

    /// What stands in the way, if anything does.
    private func bringAway(_ membership: QueueMembership) async -> String? {
        let ring = membership.ring
        let targets = membership.active
        let evacuation = Evacuation(
            from: node, topic: TopicSpec(name: Topics.accounts, groups: groups), keeper: Topics.Group.lookups
        ) { [book] partition in
            guard let owner = ring.owner(of: partition), let target = targets.first(where: { $0.name == owner }),
                let node = try? book.node(target)
            else { return [] }
            return [node]
        }
        do throws(QueueError) {
            _ = try await evacuation.pass(partitions: Self.partitions)
            return nil
        } catch {
            return "queue node \(node.name) cannot bring \(Topics.accounts) to other nodes: \(error)"
        }
    }

    private var groups: [String] { Topics.all.first { $0.topic == Topics.accounts }?.groups ?? [] }
}
