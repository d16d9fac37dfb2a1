/// The ids that came last, up to a limit; older ones are forgotten.
struct RecentIDs: Sendable {
    private var order: [UInt64] = []
    private var next = 0
    private var known: Set<UInt64> = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func contains(_ id: UInt64) -> Bool { known.contains(id) }

    /// False: it is there already.
    mutating func insert(_ id: UInt64) -> Bool {
        guard known.insert(id).inserted else { return false }
        if order.count < limit {
            order.append(id)
        } else {
            known.remove(order[next])
            order[next] = id
            next = (next + 1) % limit
        }
        return true
    }
}
