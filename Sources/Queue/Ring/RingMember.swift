/// A node's part in the ring.
public struct RingMember: Sendable {
    public var node: any QueueNode
    /// Its share of the partitions against the others'; 0 takes none.
    public var weight: Int
    /// False for a node that is being drained: its streams are read and committed, and none is opened on it.
    public var takesNewStreams: Bool

    public init(node: any QueueNode, weight: Int = 1, takesNewStreams: Bool = true) {
        self.node = node
        self.weight = weight
        self.takesNewStreams = takesNewStreams
    }
}
