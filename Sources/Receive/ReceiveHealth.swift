internal import Synchronization

/// How the receive stages are, for readiness checks.
public struct ReceiveHealth: Sendable, Hashable {
    /// Partitions that each stage holds the lease of.
    public var heldPartitions: [String: Int]
}

/// Where the stages say what they hold.
final class HeldPartitions: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    var byStage: [String: Int] { counts.withLock { $0 } }

    func set(_ count: Int, stage: String) { counts.withLock { $0[stage] = count } }
}
