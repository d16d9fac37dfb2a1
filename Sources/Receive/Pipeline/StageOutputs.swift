internal import HashRing
internal import Queue
internal import StatuscastModel

/// Items on their way out, grouped by topic and partition.
struct StageOutputs: Sendable {
    /// A frame holds at most this much: far below what the queue takes, and enough for one fdatasync.
    private static let frameBytesMax = 1 << 20

    private(set) var bytes = 0
    private var items: [String: [PartitionIndex: [[UInt8]]]] = [:]
    /// Why the item being handled waits for an operator.
    private var holding: HeldReason?
    /// Something of these outputs waits for an operator, and has to be in its box before they are appended.
    private(set) var hasHeld = false

    var isEmpty: Bool { bytes == 0 }

    mutating func add(_ item: [UInt8], to topic: String, _ partition: PartitionIndex) {
        items[topic, default: [:]][partition, default: []].append(item)
        bytes += item.count
    }

    mutating func hold(_ status: StatusID, _ reason: String) {
        holding = HeldReason(status: status, text: reason)
        hasHeld = true
    }

    mutating func takeHolding() -> HeldReason? {
        defer { holding = nil }
        return holding
    }

    /// Everything as frames, the items of a partition in the order in which they were added.
    func frames() -> [(topic: String, frames: [OutgoingFrame])] {
        items.map { topic, partitions in
            (topic, partitions.sorted { $0.key < $1.key }.flatMap { Self.frames(of: $0.key, $0.value) })
        }
    }

    private static func frames(of partition: PartitionIndex, _ items: [[UInt8]]) -> [OutgoingFrame] {
        var frames: [OutgoingFrame] = []
        var start = 0
        while start < items.count {
            var end = start
            var size = 0
            while end < items.count, end == start || size + items[end].count <= frameBytesMax {
                size += items[end].count
                end += 1
            }
            frames.append(OutgoingFrame(partition: partition, bytes: ItemBatch.encoded(Array(items[start..<end]))))
            start = end
        }
        return frames
    }
}

/// Which status waits for an operator, and why.
struct HeldReason: Sendable {
    let status: StatusID
    let text: String
}
