internal import StatuscastModel

/// The last events that were seen, a fixed number of them, so that a repetition is recognized. About 40 bytes each.
struct RecentEvents: Sendable {
    private let capacity: Int
    private var seen: Set<EventID> = []
    private var order: [EventID] = []
    private var oldest = 0

    init(count: Int) { capacity = count }

    /// The oldest first.
    var inOrder: [EventID] { Array(order[oldest...] + order[..<oldest]) }

    /// Whether it has not been seen among the last ones; from now on it has.
    mutating func isNew(_ event: EventID) -> Bool {
        guard seen.insert(event).inserted else { return false }
        if order.count < capacity {
            order.append(event)
        } else {
            seen.remove(order[oldest])
            order[oldest] = event
            oldest = (oldest + 1) % capacity
        }
        return true
    }
}
