internal import Hummingbird
internal import StatuscastModel

/// `/api/v1/statuses`
struct StatusEndpoints: Sendable {
    let posting: StatusPosting
    let lookup: StatusLookup
    let visibility: StatusVisibility
    let showing: StatusShowing
    let rules: ViewerRulesCache
    let limiter: RateLimiter
    let scheduled: ScheduledEndpoints
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
        if let due = try ScheduledEndpoints.due(call.parameters) {
            return try await scheduled.schedule(
                posted, due: due, viewer: viewer, author: author, key: call.idempotencyKey)
        }
        let id = try await posting.post(posted, author: author, viewer: viewer, key: call.idempotencyKey)
        return written(await showing.composeOwn(try fragment(await lookup.findAny(id)), of: author), for: author)
    }

    /// Public and plain where nothing is known of the author just now.
    private func defaults(of author: AccountID) async -> PostedStatus.Defaults {
        await showing.accounts.entries(for: [author])[author]?.account.postingDefaults ?? .init()
    }

    private func show(_ call: Call) async throws(ClientError) -> Response {
        let id: StatusID = try call.id("id")
        let fragment = try fragment(await lookup.find(id))
        guard await visibility.allows(call.viewer?.account, toSee: fragment) else { throw .notFound }
        let viewer = call.viewer?.account
        let rules = await rules.entry(for: viewer).rules
        return written(await showing.compose(fragment, for: viewer, rules: rules), for: viewer)
    }

    private func list(_ call: Call) async throws(ClientError) -> Response {
        let viewer = call.viewer?.account
        let ids = call.parameters.list("id").prefix(StatusEndpoints.idsMax).compactMap { StatusID($0) }
        let outcomes = await lookup.find(ids)
        let found = ids.compactMap { id in
            if case .found(let fragment, _) = outcomes[id] { fragment } else { nil }
        }
        let composed = await showing.compose(
            await visibility.visible(found, to: viewer), for: viewer, rules: await rules.entry(for: viewer).rules,
            in: .thread)
        var json = JSONWriter()
        json.beginArray()
        for shown in composed.shown { shown.write(viewer: viewer, to: &json) }
        json.endArray()
        return .json(json.bytes)
    }

    private func delete(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let id: StatusID = try call.id("id")
        try limiter.delete(account: person)
        let fragment = try fragment(await lookup.findOriginal(id))
        // Other people's statuses do not exist for this purpose.
        guard fragment.author == person else { throw .notFound }
        try await posting.delete(StatusID(rawValue: fragment.id), askedForAs: id, author: person)
        if let original = fragment.reblogged {
            showing.marks.acted(person, original.id, .reblogged, isOn: false, event: fragment.id)
        }
        return written(await showing.composeOwn(fragment, of: person), for: person, text: fragment.record.text)
    }

    private func fragment(_ outcome: StatusLookup.Outcome) throws(ClientError) -> Fragment {
        switch outcome {
        case .found(let fragment, _): return fragment
        case .absent: throw .notFound
        case .unknown: throw .unavailable("The status cannot be looked up just now")
        }
    }

    private func written(_ shown: Shown, for viewer: AccountID?, text: String? = nil) -> Response {
        .json { json in
            shown.write(viewer: viewer, to: &json) { json in
                if let text { json.field("text", text) }
            }
        }
    }
}
