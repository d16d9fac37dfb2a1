/// A dictionary that never holds more than its limit: what was not used since the hand last came by goes first (clock).
///
/// The limit is a sum of costs: 1 each to bound the count, or bytes. A value whose own cost exceeds the limit is not
/// kept.
struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot {
        var key: Key
        var value: Value
        var cost: Int
        var used: Bool
    }

    let limit: Int
    private(set) var cost = 0
    private var index: [Key: Int] = [:]
    private var slots: [Slot?] = []
    private var free: [Int] = []
    private var hand = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { index.count }

    /// The value, which counts as used now.
    mutating func value(_ key: Key) -> Value? {
        guard let position = index[key] else { return nil }
        slots[position]?.used = true
        return slots[position]?.value
    }

    /// Keeps a value and answers what had to go for it.
    @discardableResult
    mutating func insert(_ value: Value, for key: Key, cost: Int = 1) -> [(key: Key, value: Value)] {
        remove(key)
        guard cost <= limit else { return [] }
        var evicted: [(key: Key, value: Value)] = []
        while self.cost + cost > limit, let gone = evictOne() { evicted.append(gone) }
        // Not marked yet: what is never asked for must not drive out what is.
        let slot = Slot(key: key, value: value, cost: cost, used: false)
        if let position = free.popLast() {
            slots[position] = slot
            index[key] = position
        } else {
            index[key] = slots.count
            slots.append(slot)
        }
        self.cost += cost
        return evicted
    }

    @discardableResult
    mutating func remove(_ key: Key) -> Value? {
        guard let position = index.removeValue(forKey: key), let slot = slots[position] else { return nil }
        vacate(position, slot)
        return slot.value
    }

    mutating func removeAll() {
        index.removeAll()
        slots.removeAll()
        free.removeAll()
        cost = 0
        hand = 0
    }

    /// Two rounds at most: the first takes the marks away.
    private mutating func evictOne() -> (key: Key, value: Value)? {
        guard !index.isEmpty else { return nil }
        while true {
            if hand >= slots.count { hand = 0 }
            defer { hand += 1 }
            guard let slot = slots[hand] else { continue }
            if slot.used {
                slots[hand]?.used = false
                continue
            }
            index.removeValue(forKey: slot.key)
            vacate(hand, slot)
            return (slot.key, slot.value)
        }
    }

    private mutating func vacate(_ position: Int, _ slot: Slot) {
        slots[position] = nil
        free.append(position)
        cost -= slot.cost
    }
}
