/// How a delivery worker is, for readiness checks and tests.
public struct DeliverHealth: Sendable, Hashable {
    public var heldPartitions: Int
    /// Partitions that have not yet passed the ends found when they were taken.
    public var catchingUp: Int
    /// Deliveries accepted and not yet written.
    public var pendingDeliveries: Int
    /// Why the last sweep did not succeed, for example that the disk is full; nil while all is well.
    public var trouble: String?
}
