internal import HashRing
internal import Queue
internal import Receipts

/// How many deliveries each status got since the last sweep that made them durable, by partition. Pure.
///
/// Nothing is counted by recipient: what was taken in before a sweep began is on stable storage when the sweep has
/// succeeded for the partition. Costs one look-up for each item and quantum. Bounded: with `statusesMax` waiting for
/// a sweep, further statuses are not counted.
struct ReceiptCounts {
    private struct Count {
        var tag: UInt32
        var deliveries: UInt32 = 0
        var failed: UInt32 = 0
        var isLast = false
    }

    private let statusesMax: Int
    /// Tells this run's attempts from those of earlier ones.
    private let salt: UInt64
    private var gathering: [PartitionIndex: [UInt64: Count]] = [:]
    private var sweeping: [PartitionIndex: [UInt64: Count]] = [:]
    private(set) var statuses = 0

    init(statusesMax: Int, salt: UInt64 = .random(in: .min ... .max)) {
        self.statusesMax = statusesMax
        self.salt = salt
    }

    /// What one attempt at one frame's items is known by.
    func tag(serial: UInt64, _ stream: StreamID, _ number: UInt64) -> UInt32 {
        var hash = salt
        for word in [serial, stream.openedUnixMilliseconds, stream.random, number] {
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    /// Deliveries of a status became pending. Of two attempts within one sweep the later one counts.
    mutating func add(_ partition: PartitionIndex, status: UInt64, tag: UInt32, deliveries: Int, isLast: Bool) {
        var count = gathering[partition]?[status]
        if count == nil {
            guard statuses < statusesMax else { return }
            statuses += 1
        }
        if count?.tag != tag { count = Count(tag: tag) }
        count?.deliveries += UInt32(clamping: deliveries)
        count?.isLast = isLast
        gathering[partition, default: [:]][status] = count
    }

    /// Everything counted so far belongs to the sweep that begins.
    mutating func beginSweep() {
        for (partition, counts) in gathering {
            sweeping[partition, default: [:]].merge(counts) { old, new in
                guard old.tag == new.tag else { return new }
                return Count(
                    tag: new.tag, deliveries: old.deliveries &+ new.deliveries, failed: old.failed &+ new.failed,
                    isLast: old.isLast || new.isLast)
            }
        }
        gathering = [:]
        statuses = sweeping.values.reduce(0) { $0 + $1.count }
    }

    /// Some of what is being swept went to dead letters.
    mutating func failed(_ partition: PartitionIndex, status: UInt64) {
        sweeping[partition]?[status]?.failed += 1
    }

    /// The sweep is durable but for the partitions in `left`, which the next one covers.
    mutating func endSweep(but left: Set<PartitionIndex>) -> [PartitionIndex: [ReceiptEntry]] {
        let done = sweeping.filter { !left.contains($0.key) }
        for partition in done.keys { sweeping[partition] = nil }
        statuses -= done.values.reduce(0) { $0 + $1.count }
        return done.mapValues { counts in
            counts.sorted { $0.key < $1.key }.flatMap { status, count in
                let delivered = ReceiptEntry(
                    kind: count.isLast ? .last : .part, status: status, count: count.deliveries, tag: count.tag)
                let failed = ReceiptEntry(kind: .failed, status: status, count: count.failed, tag: count.tag)
                return count.failed == 0 ? [delivered] : [failed, delivered]
            }
        }
    }

    mutating func drop(_ partition: PartitionIndex) {
        gathering[partition] = nil
        sweeping[partition] = nil
        statuses = (Array(gathering.values) + Array(sweeping.values)).reduce(0) { $0 + $1.count }
    }
}
