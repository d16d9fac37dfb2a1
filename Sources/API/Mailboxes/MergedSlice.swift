extension MailboxFiles.Slice {
    /// One page out of the pages of several mailboxes for the same query: in the order of ids, what lies in several of
    /// them once. Pure.
    ///
    /// A mailbox whose page was full, or whose reading the bound on the work ended, may have more beyond it. The merged
    /// page stops at the nearest such place, so that nothing of that mailbox is passed over by the page after it.
    static func merged(_ slices: [Self], limit: Int, fromOldest: Bool) -> Self {
        let ends = slices.compactMap { $0.end(limit: limit, fromOldest: fromOldest) }
        let end = fromOldest ? ends.min() : ends.max()
        var byID: [UInt64: Fragment] = [:]
        for fragment in slices.lazy.flatMap(\.fragments) where isWithin(end, fragment.id, fromOldest) {
            byID[fragment.id] = fragment
        }
        let sorted = byID.values.sorted { $0.id > $1.id }
        let kept = Array(fromOldest ? sorted.suffix(limit) : sorted.prefix(limit))
        let isUnfinished = kept.count < limit && end != nil
        return Self(
            fragments: kept, range: range(of: kept, end: isUnfinished ? end : nil, fromOldest: fromOldest),
            isUnfinished: isUnfinished, signature: [:])
    }

    /// The last id up to which the page holds everything; nil: there is nothing beyond it.
    private func end(limit: Int, fromOldest: Bool) -> UInt64? {
        guard isUnfinished || fragments.count >= limit else { return nil }
        return fromOldest ? range?.newest : range?.oldest
    }

    private static func isWithin(_ end: UInt64?, _ id: UInt64, _ fromOldest: Bool) -> Bool {
        guard let end else { return true }
        return fromOldest ? id <= end : id >= end
    }

    private static func range(
        of kept: [Fragment], end: UInt64?, fromOldest: Bool
    ) -> (newest: UInt64, oldest: UInt64)? {
        guard let newest = kept.first?.id ?? end, let oldest = kept.last?.id ?? end else { return nil }
        guard let end else { return (newest, oldest) }
        return fromOldest ? (max(newest, end), oldest) : (newest, min(oldest, end))
    }
}
