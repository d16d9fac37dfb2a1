internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// What accounts keep for themselves, asked of the store and changed through it.
struct PersonalFacts: Sendable {
    let store: StoreAccess
    let rules: ViewerRulesCache

    typealias Kept = (fact: PersonalFact, version: EventID)

    private static let pageLimit = 1_000

    /// The fact as it holds then. Whoever made the change sees it at once.
    @discardableResult
    func keep(_ fact: PersonalFact) async throws(ClientError) -> Kept {
        let kept = try await store.askFor { (store) throws(PeerError) in try await store.keep(fact) }
        if fact.changesWhatIsShown { rules.changed(fact.owner) }
        return kept
    }

    /// Newest first.
    func page(
        _ shelf: PersonalFact.Shelf, of owner: AccountID, _ page: PageQuery
    ) async throws(ClientError) -> [Kept] {
        try await ask(
            .with {
                $0.owner = owner.rawValue
                $0.shelf = UInt32(shelf.rawValue)
                $0.below = page.maxID ?? 0
                $0.above = page.minID ?? page.sinceID ?? 0
                $0.fromOldest = page.minID != nil
                $0.limit = UInt32(page.limit)
            })
    }

    /// Newest first. For shelves whose number of things is limited.
    func all(_ shelf: PersonalFact.Shelf, of owner: AccountID) async throws(ClientError) -> [Kept] {
        var found: [Kept] = []
        var query = PageQuery(limit: PersonalFacts.pageLimit)
        while true {
            let next = try await page(shelf, of: owner, query)
            found += next
            guard next.count == query.limit, let last = next.last else { return found }
            query.maxID = last.version.rawValue
        }
    }

    /// Nil where the account has no such list.
    func list(_ id: ListID, of owner: AccountID) async throws(ClientError) -> StatusList? {
        guard case .listSet(let list)? = try await one(.lists, id.description, of: owner)?.fact else { return nil }
        return list
    }

    /// The store says for certain; where the rules name the list it need not be asked.
    func has(_ list: ListID, of owner: AccountID) async throws(ClientError) -> Bool {
        if await rules.entry(for: owner).rules.hasList(list) { return true }
        return try await self.list(list, of: owner) != nil
    }

    /// Nil where the account keeps no such thing.
    func one(
        _ shelf: PersonalFact.Shelf, _ key: String, of owner: AccountID
    ) async throws(ClientError) -> Kept? {
        try await ask(
            .with {
                $0.owner = owner.rawValue
                $0.shelf = UInt32(shelf.rawValue)
                $0.key = key
            }
        ).first
    }

    private func ask(_ query: PeerKeptFactQuery) async throws(ClientError) -> [Kept] {
        try await store.askFor { (store) throws(PeerError) in
            var facts: [Kept] = []
            for fact in try await store.keptFacts(query) { facts.append(try fact.read()) }
            return facts
        }
    }
}

extension PersonalFact {
    /// Whether pages of its owner that are kept may be others now.
    var changesWhatIsShown: Bool {
        switch shelf {
        case .lists, .members, .dismissals: true
        default: false
        }
    }
}
