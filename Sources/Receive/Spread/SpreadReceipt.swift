internal import HashRing
internal import Receipts
internal import StatuscastModel

/// What the spread of one lane notes of a status: to which partitions it sent items, and how many deliveries it expects.
enum SpreadReceipt {
    /// None where the lane has nothing of the status. `followers` is what the author has, about.
    static func entries(of planned: [SpreadPlanner.Output], status: StatusID, followers: Int) -> [ReceiptEntry] {
        // Who follows a tag is not counted.
        let outputs = planned.filter { $0.item.author?.isFollowedTag != true }
        var masks: [UInt32: UInt64] = [:]
        var expected = 0
        for output in outputs {
            masks[UInt32(output.partition.rawValue / 64), default: 0] |= 1 << UInt64(output.partition.rawValue % 64)
            expected += output.item.addresses.count
        }
        if outputs.contains(where: \.item.toFollowers) { expected += followers }
        return masks.sorted { $0.key < $1.key }.enumerated().map { index, part in
            ReceiptEntry(
                kind: .sent, status: status.rawValue, count: index == 0 ? UInt32(clamping: expected) : 0,
                tag: part.key, mask: part.value)
        }
    }
}
