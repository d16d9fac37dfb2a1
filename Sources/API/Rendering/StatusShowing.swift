internal import StatuscastModel

/// Fills the holes of many records at once: one look-up of accounts, one of counts and marks, one of the statuses that
/// notifications tell of.
struct StatusShowing: Sendable {
    let accounts: AccountCache
    let marks: ViewerMarks
    let lookup: StatusLookup
    let tombstones: Tombstones
    let site: Site

    struct Composition: Sendable {
        /// In the order of the fragments.
        var shown: [Shown]
        /// Of all authors.
        var accounts: [AccountID: AccountCache.Entry]
        var authors: [AccountID]
        var marks: PageMarks
    }

    /// `isFresh` asks the store for the counts, however young they are.
    func compose(
        _ fragments: [Fragment], for viewer: AccountID?, rules: ViewerRules, in place: ViewerRules.Place,
        isFresh: Bool = false
    ) async -> Composition {
        let targets = await targets(of: fragments)
        let inner = fragments.map { fragment in
            fragment.reblogged.map(tombstones.newest) ?? fragment.record.target.flatMap { targets[$0.rawValue] }
        }
        // Of a reblog counts and marks are those of what it repeats.
        let statuses = fragments.filter { $0.record.kind == .status && $0.reblogged == nil } + inner.compactMap { $0 }
        let authors = Array(Set(fragments.map(\.author) + inner.compactMap { $0?.author }))
        let entries = await accounts.entries(for: authors)
        let answer = await marks.views(of: statuses.map(\.id), for: viewer, isFresh: isFresh)

        func show(_ fragment: Fragment, _ about: Fragment?) -> Shown {
            Shown(
                fragment, account: entries[fragment.author]?.json ?? fragment.standInAccount(site: site),
                view: answer.views[fragment.reblogged?.id ?? fragment.id] ?? StatusView(),
                matches: viewer == fragment.author ? [] : rules.matches(fragment, in: place),
                about: about.map { show($0, nil) })
        }
        return Composition(
            shown: zip(fragments, inner).map(show), accounts: entries, authors: authors,
            marks: statuses.isEmpty ? PageMarks() : PageMarks(viewer: viewer, answer))
    }

    /// What its author has just written or taken back: nobody is asked what became of it, and no rule keeps it away.
    func composeOwn(_ fragment: Fragment, of author: AccountID) async -> Shown {
        await compose([fragment], for: author, rules: .none, in: .thread).shown[0]
    }

    /// One status, as the answer to a request about it.
    func compose(_ fragment: Fragment, for viewer: AccountID?, rules: ViewerRules) async -> Shown {
        let composition = await compose([fragment], for: viewer, rules: rules, in: .thread, isFresh: true)
        return composition.shown[0]
    }

    /// Those that are not to be found any more are missing.
    private func targets(of fragments: [Fragment]) async -> [UInt64: Fragment] {
        let ids = fragments.compactMap { $0.record.kind == .favourite ? $0.record.target : nil }
        guard !ids.isEmpty else { return [:] }
        return await lookup.find(Array(Set(ids))).reduce(into: [:]) { found, outcome in
            if case .found(let fragment, _) = outcome.value { found[outcome.key.rawValue] = fragment }
        }
    }
}
