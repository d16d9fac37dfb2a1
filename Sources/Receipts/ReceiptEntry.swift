/// One line of the book of receipts: what one step has done with one status.
///
/// Ids and partitions are plain numbers here; what they mean is the caller's. 40 bytes, little-endian, as in
/// `docs/formats/receipts.md`.
public struct ReceiptEntry: Sendable, Hashable {
    public enum Kind: UInt8, Sendable, Hashable {
        /// Items went to partitions: `mask` is a bit for each of the 64 partitions from `64 * tag`, `count` the expected
        /// deliveries of the lane (in the first such entry of a status, 0 in the others).
        case sent = 1
        /// Deliveries are on stable storage; more follow.
        case part = 2
        /// Deliveries are on stable storage, the last of this item.
        case last = 3
        /// Deliveries went to dead letters instead; they are among those of `part` and `last`.
        case failed = 4
    }

    public var kind: Kind
    public var status: UInt64
    public var count: UInt32
    /// Tells attempts at one item apart: entries of one attempt add up, those of several stand beside each other.
    public var tag: UInt32
    public var mask: UInt64

    public init(kind: Kind, status: UInt64, count: UInt32, tag: UInt32, mask: UInt64 = 0) {
        self.kind = kind
        self.status = status
        self.count = count
        self.tag = tag
        self.mask = mask
    }
}
