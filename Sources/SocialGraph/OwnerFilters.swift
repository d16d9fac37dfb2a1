internal import StatuscastModel

/// The filters of one account, those that hide things from delivery ready to be compared with texts.
struct OwnerFilters: Sendable {
    private static let delivered: Filter.Contexts = [.home, .notifications]

    private struct Entry {
        var version: EventID
        /// Nil for a filter that was removed or does nothing here: only its version counts.
        var matcher: FilterMatcher?
    }

    private var entries: [FilterID: Entry] = [:]

    var hidesAnything: Bool { entries.values.contains { $0.matcher != nil } }

    mutating func set(_ filter: Filter?, _ id: FilterID, _ version: EventID) {
        if let known = entries[id], known.version >= version { return }
        let isOfUse = filter.map { $0.action == .hide && !$0.contexts.isDisjoint(with: Self.delivered) } ?? false
        entries[id] = Entry(version: version, matcher: isOfUse ? filter.map(FilterMatcher.init) : nil)
    }

    func hides(in contexts: Filter.Contexts, _ now: UInt64, text: () -> FoldedText) -> Bool {
        for case let matcher? in entries.values.map(\.matcher)
        where !matcher.contexts.isDisjoint(with: contexts) && matcher.isInForce(atUnixMilliseconds: now) {
            if matcher.firstMatch(in: text()) != nil { return true }
        }
        return false
    }

    /// Facts of which the same filters follow; what has no effect here is written as removed.
    func facts(of owner: AccountID) -> [AccountEvent] {
        entries.map { id, entry in
            let change = entry.matcher.map { AccountEvent.Change.filterSet($0.filter) }
            return AccountEvent(id: entry.version, change: change ?? .filterRemoved(owner: owner, filter: id))
        }
    }

    /// Forgets what was removed before that version; answers whether nothing is left.
    mutating func forgetEnded(before horizon: UInt64) -> Bool {
        entries = entries.filter { $0.value.matcher != nil || $0.value.version.rawValue >= horizon }
        return entries.isEmpty
    }
}
