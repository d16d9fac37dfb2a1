public import DurableFiles

/// What is known of the deliveries of one status, by lane and partition.
public struct StatusReceipt: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        /// All of the partition's deliveries are on stable storage.
        case done
        /// Some are.
        case partial
        /// The item waits in the lane's queue, or for its turn, or for the next sync.
        case pending
    }

    public struct Partition: Sendable, Hashable {
        public let partition: Int
        public let state: State
        /// Deliveries on stable storage, those to dead letters not among them.
        public let done: Int
        /// Deliveries that went to dead letters.
        public let failed: Int
    }

    public struct Lane: Sendable, Hashable {
        public let lane: String
        public let partitions: [Partition]
        /// How many deliveries the spread step expected, from the author's follower count: an estimate.
        public let expected: Int

        public var done: Int { partitions.reduce(0) { $0 + $1.done } }
        public var failed: Int { partitions.reduce(0) { $0 + $1.failed } }
        public var isComplete: Bool { partitions.allSatisfy { $0.state == .done } }
        /// 0 once every partition is done; an estimate until then, at least one for each partition that is not.
        public var pending: Int {
            let unfinished = partitions.count { $0.state != .done }
            return unfinished == 0 ? 0 : max(unfinished, expected - done - failed)
        }
    }

    public let lanes: [Lane]

    /// False: nothing of the status stands in the books (any more), or it was not spread yet.
    public var isKnown: Bool { !lanes.isEmpty }
    public var isComplete: Bool { lanes.allSatisfy(\.isComplete) }
    public var done: Int { lanes.reduce(0) { $0 + $1.done } }
    public var failed: Int { lanes.reduce(0) { $0 + $1.failed } }
    public var pending: Int { lanes.reduce(0) { $0 + $1.pending } }

    /// Reads the books. Blocks: only on threads of your own. Reads one file for each lane, and one for each partition
    /// that an item went to.
    ///
    /// - Parameter spreadPartition: the author's, where the spread step counts.
    public static func read(
        status: UInt64, spreadPartition: Int, lanes: [String], sharedDirectory: String,
        files: any FileSystem = PosixFileSystem()
    ) throws(FileError) -> StatusReceipt {
        var found: [Lane] = []
        for lane in lanes {
            let path = ReceiptBook.path(
                sharedDirectory: sharedDirectory, scope: spreadScope(lane), partition: spreadPartition)
            let sent = try ReceiptBook.entries(at: path, files: files).filter { $0.status == status && $0.kind == .sent }
            guard !sent.isEmpty else { continue }
            var partitions: [Partition] = []
            for index in partitionsSent(sent) {
                let path = ReceiptBook.path(sharedDirectory: sharedDirectory, scope: lane, partition: index)
                let entries = try ReceiptBook.entries(at: path, files: files).filter { $0.status == status }
                partitions.append(partition(index, entries))
            }
            let expected = sent.map(\.count).max() ?? 0
            found.append(Lane(lane: lane, partitions: partitions, expected: Int(expected)))
        }
        return StatusReceipt(lanes: found)
    }

    /// The scope in whose books the spread of a lane counts.
    public static func spreadScope(_ lane: String) -> String { "spread-\(lane)" }

    private static func partitionsSent(_ entries: [ReceiptEntry]) -> [Int] {
        var found: Set<Int> = []
        for entry in entries {
            for bit in 0..<64 where entry.mask >> UInt64(bit) & 1 == 1 { found.insert(Int(entry.tag) * 64 + bit) }
        }
        return found.sorted()
    }

    /// An item is delivered at least once: of several attempts the one that came furthest counts, never their sum.
    private static func partition(_ index: Int, _ entries: [ReceiptEntry]) -> Partition {
        var attempts: [UInt32: (deliveries: Int, failed: Int, isLast: Bool)] = [:]
        for entry in entries {
            var attempt = attempts[entry.tag] ?? (0, 0, false)
            switch entry.kind {
            case .part: attempt.deliveries += Int(entry.count)
            case .last:
                attempt.deliveries += Int(entry.count)
                attempt.isLast = true
            case .failed: attempt.failed += Int(entry.count)
            case .sent: continue
            }
            attempts[entry.tag] = attempt
        }
        guard
            let best = attempts.values.max(by: { ($0.isLast ? 1 : 0, $0.deliveries) < ($1.isLast ? 1 : 0, $1.deliveries) })
        else { return Partition(partition: index, state: .pending, done: 0, failed: 0) }
        return Partition(
            partition: index, state: best.isLast ? .done : .partial, done: max(0, best.deliveries - best.failed),
            failed: best.failed)
    }
}
