internal import HashRing

/// The nodes as a producer and a subscription see them. A node's index stands for it for ever; one that has been
/// removed keeps its place, so that what is under way to it is still understood.
struct RingLayout: Sendable {
    private(set) var nodes: [any QueueNode] = []
    /// Indices of the nodes that belong to the ring now; the others are not asked any more.
    private(set) var present: [Int] = []
    /// Of the nodes that take new streams.
    private(set) var ring = Ring(nodes: [])

    var livingNodes: [any QueueNode] { present.map { nodes[$0] } }

    /// The nodes that take new streams of a partition, the most preferred first.
    func preference(of partition: PartitionIndex) -> [Int] {
        let indices = Dictionary(present.map { (nodes[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        return ring.preference(of: partition).compactMap { indices[$0] }
    }

    /// Takes over a membership; returns the indices that are new, and those that are gone.
    mutating func change(to members: [RingMember]) -> (new: [Int], gone: [Int]) {
        let before = present
        let known = nodes.count
        present = members.map { member in
            if let index = before.first(where: { nodes[$0] === member.node }) { return index }
            nodes.append(member.node)
            return nodes.count - 1
        }
        ring = Ring(nodes: members.filter(\.takesNewStreams).map { ($0.node.name, $0.weight) })
        return (Array(known..<nodes.count), before.filter { !present.contains($0) })
    }
}
