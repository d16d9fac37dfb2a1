internal import StatuscastModel

/// Which status came first with an author's idempotency key, for one partition.
///
/// Time is what status ids say, so that a replay gives the same answers as the first time. Keys are forgotten when
/// newer ids are `milliseconds` ahead, and the oldest when there are more than `countMax`.
///
/// Within a fetched batch the lowest id is first. What remains: two statuses with one key that came in different
/// batches may come back in one, or the other way round, after a crash that lost the memory; where that makes the other
/// one the first, both go out. It takes two posts with one key in different streams, the second within the time that
/// lies between two commits.
///
/// What the next holder of a lease is left with (the newest 50,000 keys at most, some 7 MB), little-endian: version
/// (1 byte, 1), count (4 bytes), then for each key from the oldest to the newest author (8 bytes), status (8 bytes),
/// key (4-byte length and UTF-8).
struct IdempotencyMemory: Sendable {
    private struct Key: Hashable {
        let author: AccountID
        let text: String
    }

    private static let handedOverMax = 50_000

    private let milliseconds: UInt64
    private let countMax: Int
    private var firsts: [Key: StatusID] = [:]
    /// In the order in which they were remembered; those before `head` are forgotten.
    private var order: [Key] = []
    private var head = 0

    init(milliseconds: UInt64, countMax: Int) {
        self.milliseconds = milliseconds
        self.countMax = max(1, countMax)
    }

    var count: Int { firsts.count }

    /// The status that a draft repeats, nil if it is the first with its key (or the same one again).
    mutating func first(of draft: StatusDraft) -> StatusID? {
        let key = Key(author: draft.author, text: draft.idempotencyKey)
        if let known = firsts[key], isNear(known, draft.id) { return known == draft.id ? nil : known }
        forget(before: draft.id)
        remember(key, draft.id)
        return nil
    }

    private func isNear(_ a: StatusID, _ b: StatusID) -> Bool {
        max(a, b).unixMilliseconds - min(a, b).unixMilliseconds <= milliseconds
    }

    private mutating func remember(_ key: Key, _ status: StatusID) {
        if firsts.updateValue(status, forKey: key) == nil { order.append(key) }
    }

    private mutating func forget(before now: StatusID) {
        while head < order.count {
            let key = order[head]
            guard firsts.count >= countMax || firsts[key].map({ !isNear($0, now) && $0 < now }) ?? true else { break }
            firsts[key] = nil
            head += 1
        }
        if head > 1024 && head * 2 > order.count {
            order.removeFirst(head)
            head = 0
        }
    }
}

extension IdempotencyMemory {
    func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: 64 * count + 8)
        writer.integer(UInt8(1))
        writer.list(order[head...].suffix(Self.handedOverMax).compactMap { key in firsts[key].map { (key, $0) } }) {
            writer, entry in
            writer.id(entry.0.author)
            writer.id(entry.1)
            writer.text(entry.0.text)
        }
        return writer.bytes
    }

    /// Adds what an earlier holder remembered; of two statuses with one key the one known here stays.
    mutating func restore(_ bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        _ = try reader.version(upTo: 1, "idempotency keys")
        let entries = try reader.list("idempotency keys") { reader throws(DecodeError) in
            let author: AccountID = try reader.id("author")
            let status: StatusID = try reader.id("status")
            return (Key(author: author, text: try reader.text("key")), status)
        }
        for (key, status) in entries.suffix(countMax) where firsts[key] == nil { remember(key, status) }
    }
}
