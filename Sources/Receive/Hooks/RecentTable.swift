/// A dictionary that forgets: what was not set for `milliseconds`, and the oldest where there are more than `countMax`.
///
/// Time is what its user says, here that of status ids.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let milliseconds: UInt64
    private let countMax: Int
    private var entries: [Key: (value: Value, time: UInt64)] = [:]
    /// When which key was set; those before `head` are done with. A key that was set again has its turn later.
    private var order: [(key: Key, time: UInt64)] = []
    private var head = 0

    init(milliseconds: UInt64, countMax: Int) {
        self.milliseconds = milliseconds
        self.countMax = max(1, countMax)
    }

    var count: Int { entries.count }

    subscript(_ key: Key) -> Value? { entries[key]?.value }

    mutating func set(_ value: Value, for key: Key, at time: UInt64) {
        let latest = max(time, entries[key]?.time ?? 0)
        if entries.updateValue((value, latest), forKey: key) == nil { order.append((key, latest)) }
        forget(before: time)
    }

    private mutating func forget(before now: UInt64) {
        while head < order.count {
            let (key, time) = order[head]
            if let entry = entries[key] {
                if entry.time > time {
                    order.append((key, entry.time))
                } else {
                    guard time + milliseconds < now || entries.count > countMax else { break }
                    entries[key] = nil
                }
            }
            head += 1
        }
        if head > 1024, head * 2 > order.count {
            order.removeFirst(head)
            head = 0
        }
    }
}
