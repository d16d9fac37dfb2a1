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
        /// The partition's book has no room for it any more; it was done long ago, or it was never counted.
        case forgotten
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
        public var isComplete: Bool { unfinished == 0 }
        private var unfinished: Int { partitions.count { $0.state == .partial || $0.state == .pending } }
        /// 0 once every partition is done; an estimate until then, at least one for each partition that is not.
        public var pending: Int {
            isComplete ? 0 : max(unfinished, expected - done - failed)
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
    /// - Parameter spreadPartitions: the author's, where the spread step counts; all of them where it is not known.
    /// - Parameter lanes: their names, and the scopes in whose books their spread counts.
    public static func read(
        status: UInt64, spreadPartitions: [Int], lanes: [(name: String, spread: String)], sharedDirectory: String,
        files: any FileSystem = PosixFileSystem()
    ) throws(FileError) -> StatusReceipt {
        var found: [Lane] = []
        for lane in lanes {
            var sent: [ReceiptEntry] = []
            for index in spreadPartitions where sent.isEmpty {
                let path = ReceiptBook.path(
                    sharedDirectory: sharedDirectory, scope: lane.spread, partition: index)
                sent = try ReceiptBook.contents(at: path, files: files).entries
                    .filter { $0.status == status && $0.kind == .sent }
            }
            guard !sent.isEmpty else { continue }
            var partitions: [Partition] = []
            for index in partitionsSent(sent) {
                let path = ReceiptBook.path(sharedDirectory: sharedDirectory, scope: lane.name, partition: index)
                partitions.append(partition(index, try ReceiptBook.contents(at: path, files: files), of: status))
            }
            let expected = sent.map(\.count).max() ?? 0
            found.append(Lane(lane: lane.name, partitions: partitions, expected: Int(expected)))
        }
        return StatusReceipt(lanes: found)
    }

    private static func partitionsSent(_ entries: [ReceiptEntry]) -> [Int] {
        var found: Set<Int> = []
        for entry in entries {
            for bit in 0..<64 where entry.mask >> UInt64(bit) & 1 == 1 { found.insert(Int(entry.tag) * 64 + bit) }
        }
        return found.sorted()
    }

    /// An item is delivered at least once: of several attempts the one that came furthest counts, never their sum.
    private static func partition(_ index: Int, _ book: ReceiptBook.Contents, of status: UInt64) -> Partition {
        var attempts: [UInt32: (deliveries: Int, failed: Int, isLast: Bool)] = [:]
        for entry in book.entries where entry.status == status {
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
            let best = attempts.values.max(by: {
                ($0.isLast ? 1 : 0, $0.deliveries) < ($1.isLast ? 1 : 0, $1.deliveries)
            })
        else {
            // Items of a lane come about in the order of their ids: what is kept begins behind this one.
            let isForgotten = book.hasForgotten && (book.entries.first?.status ?? 0) > status
            return Partition(partition: index, state: isForgotten ? .forgotten : .pending, done: 0, failed: 0)
        }
        return Partition(
            partition: index, state: best.isLast ? .done : .partial, done: max(0, best.deliveries - best.failed),
            failed: best.failed)
    }
}
