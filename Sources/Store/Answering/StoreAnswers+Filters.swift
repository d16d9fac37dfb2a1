internal import CanonicalStore
internal import Peers
internal import StatuscastModel

extension StoreAnswers {
    /// A filter is replaced as a whole: of two changes at the same time the later one stays.
    func saveFilter(_ request: PeerFilter) async throws(PeerError) -> PeerFilter {
        var filter = Filter(request)
        let known = try await ask { () throws(StoreError) in try await users.filters(of: filter.owner) }
        if request.id != 0 {
            guard known.contains(where: { $0.id == filter.id }) else { throw try unknownFilter() }
        } else if known.count >= Limits.filtersPerAccount {
            throw PeerError(.invalid, "Validation failed: Limit of \(Limits.filtersPerAccount) filters is reached")
        }
        if let problem = Self.problem(filter) { throw PeerError(.invalid, "Validation failed: " + problem) }
        if request.id == 0 { filter.id = FilterID(rawValue: try await nextID()) }
        for index in filter.keywords.indices where filter.keywords[index].id.rawValue == 0 {
            filter.keywords[index].id = FilterID(rawValue: try await nextID())
        }
        for index in filter.statuses.indices where filter.statuses[index].id.rawValue == 0 {
            filter.statuses[index].id = FilterID(rawValue: try await nextID())
        }
        try await line.submit(Change(shard: users.shard(of: filter.owner), facts: [.filterSet(filter)]))
        return PeerFilter(filter)
    }

    func removeFilter(_ request: PeerRemoveFilter) async throws(PeerError) {
        let (owner, id) = (AccountID(rawValue: request.owner), FilterID(rawValue: request.filter))
        let known = try await ask { () throws(StoreError) in try await users.filters(of: owner) }
        guard known.contains(where: { $0.id == id }) else { throw try unknownFilter() }
        try await line.submit(Change(shard: users.shard(of: owner), facts: [.filterRemoved(owner: owner, filter: id)]))
    }

    private func unknownFilter() throws(PeerError) -> PeerError {
        try mustKnowAll()
        return PeerError(.notFound, "Record not found")
    }

    private static func problem(_ filter: Filter) -> String? {
        if filter.title.isEmpty { return "Title can't be blank" }
        if filter.title.count > Limits.filterTitleCharacters { return "Title is too long" }
        if filter.contexts.isEmpty { return "Context None or invalid context supplied" }
        if filter.keywords.count > Limits.keywordsPerFilter { return "Too many keywords" }
        if filter.statuses.count > Limits.statusesPerFilter { return "Too many statuses" }
        for keyword in filter.keywords {
            if keyword.text.allSatisfy(\.isWhitespace) { return "Keyword can't be blank" }
            if keyword.text.count > Limits.filterKeywordCharacters { return "Keyword is too long" }
        }
        return nil
    }
}
