internal import Hummingbird
internal import StatuscastModel

/// `/api/v1/statuses`
struct StatusEndpoints: Sendable {
    let posting: StatusPosting
    let lookup: StatusLookup
    let visibility: StatusVisibility
    let accounts: AccountCache
    let rules: ViewerRulesCache
    let limiter: RateLimiter
    let site: Site

    static let idsMax = 40

    func add(to routes: Routes) {
        routes.post("/api/v1/statuses", .person(.writeStatuses)) { call async throws(ClientError) in
            try await post(call)
        }
        routes.get("/api/v1/statuses", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            try await list(call)
        }
        routes.get("/api/v1/statuses/:id", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            try await show(call)
        }
        routes.delete("/api/v1/statuses/:id", .person(.writeStatuses)) { call async throws(ClientError) in
            try await delete(call)
        }
    }

    private func post(_ call: Call) async throws(ClientError) -> Response {
        guard let viewer = call.viewer, let author = viewer.account else { throw .needsPerson }
        let posted = try PostedStatus(call.parameters, defaults: await defaults(of: author))
        let id = try await posting.post(posted, author: author, viewer: viewer, key: call.idempotencyKey)
        let (fragment, replies) = try fragment(await lookup.findAny(id))
        return try await answer(fragment, replies, viewer: author)
    }

    /// Public and plain where nothing is known of the author just now.
    private func defaults(of author: AccountID) async -> PostedStatus.Defaults {
        await accounts.entries(for: [author])[author]?.account.postingDefaults ?? .init()
    }

    private func show(_ call: Call) async throws(ClientError) -> Response {
        let id: StatusID = try call.id("id")
        let (fragment, replies) = try await visible(id, to: call.viewer?.account)
        return try await answer(fragment, replies, viewer: call.viewer?.account)
    }

    private func list(_ call: Call) async throws(ClientError) -> Response {
        let viewer = call.viewer?.account
        var found: [(Fragment, UInt32)] = []
        let ids = call.parameters.list("id").prefix(StatusEndpoints.idsMax).compactMap { StatusID($0) }
        let outcomes = await lookup.find(ids)
        for id in ids {
            guard case .found(let fragment, let replies) = outcomes[id],
                await visibility.allows(viewer, toSee: fragment)
            else { continue }
            found.append((fragment, replies))
        }
        let entries = await accounts.entries(for: found.map(\.0.author))
        let rules = await rules.entry(for: viewer).rules
        var json = JSONWriter()
        json.beginArray()
        for (fragment, replies) in found {
            let account = entries[fragment.author]?.json ?? fragment.standInAccount(site: site)
            let matches = rules.matches(fragment, in: .thread)
            fragment.write(
                account: account, viewer: viewer, repliesCount: replies, filtered: matches, to: &json)
        }
        json.endArray()
        return .json(json.bytes)
    }

    private func delete(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let id: StatusID = try call.id("id")
        try limiter.delete(account: person)
        let fragment = try fragment(await lookup.findOriginal(id)).0
        // Other people's statuses do not exist for this purpose.
        guard fragment.author == person else { throw .notFound }
        try await posting.delete(StatusID(rawValue: fragment.id), askedForAs: id, author: person)
        return try await answer(fragment, 0, viewer: person, text: fragment.record.text)
    }

    private func visible(_ id: StatusID, to viewer: AccountID?) async throws(ClientError) -> (Fragment, UInt32) {
        let (fragment, replies) = try fragment(await lookup.find(id))
        guard await visibility.allows(viewer, toSee: fragment) else { throw .notFound }
        return (fragment, replies)
    }

    private func fragment(_ outcome: StatusLookup.Outcome) throws(ClientError) -> (Fragment, UInt32) {
        switch outcome {
        case .found(let fragment, let replies): return (fragment, replies)
        case .absent: throw .notFound
        case .unknown: throw .unavailable("The status cannot be looked up just now")
        }
    }

    private func answer(
        _ fragment: Fragment, _ replies: UInt32, viewer: AccountID?, text: String? = nil
    ) async throws(ClientError) -> Response {
        let entry = await accounts.entries(for: [fragment.author])[fragment.author]
        let matches = await rules.entry(for: viewer).rules.matches(fragment, in: .thread)
        var json = JSONWriter(reserving: 4096)
        fragment.write(
            account: entry?.json ?? fragment.standInAccount(site: site), viewer: viewer, repliesCount: replies,
            filtered: viewer == fragment.author ? [] : matches, to: &json
        ) { json in
            if let text { json.field("text", text) }
        }
        return .json(json.bytes)
    }
}
