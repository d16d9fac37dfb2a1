/// A partition that another node owns after a change of the ring.
public struct RingMove: Hashable, Sendable {
    public let partition: PartitionIndex
    /// Nil where the ring before or after the change has no node.
    public let from: String?
    public let to: String?

    public init(partition: PartitionIndex, from: String?, to: String?) {
        self.partition = partition
        self.from = from
        self.to = to
    }
}

extension Ring {
    /// What changes hands from this ring to another, in order of the partitions.
    public func moves(to other: Ring, partitions: PartitionCount) -> [RingMove] {
        partitions.all.compactMap { partition in
            let before = owner(of: partition)
            let after = other.owner(of: partition)
            return before == after ? nil : RingMove(partition: partition, from: before, to: after)
        }
    }
}
