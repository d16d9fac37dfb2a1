internal import Hummingbird
internal import StatuscastModel

/// Tags that people show on their pages, with how often they used them lately.
struct FeaturedTagEndpoints: Sendable {
    let personal: PersonalFacts
    let timelines: Timelines
    let accounts: AccountCache
    let site: Site

    /// Of an account's newest statuses so many are counted.
    static let countedStatuses = 200
    static let suggestionsMax = 10

    func add(to routes: Routes) {
        routes.get("/api/v1/featured_tags", .person(.readAccounts)) { call async throws(ClientError) in
            try await list(of: try call.person(), call)
        }
        routes.get("/api/v1/accounts/:id/featured_tags", .anybodyOr(.readAccounts)) { call async throws(ClientError) in
            let account: AccountID = try call.id("id")
            if await accounts.isSurelyNobody(account) { throw .notFound }
            return try await list(of: account, call)
        }
        routes.post("/api/v1/featured_tags", .person(.writeAccounts)) { call async throws(ClientError) in
            try await feature(call)
        }
        routes.delete("/api/v1/featured_tags/:id", .person(.writeAccounts)) { call async throws(ClientError) in
            try await unfeature(call)
        }
        routes.get("/api/v1/featured_tags/suggestions", .person(.readAccounts)) { call async throws(ClientError) in
            try await suggestions(call)
        }
    }

    private struct Use {
        var count = 0
        var lastUnixMilliseconds: UInt64 = 0
    }

    private func list(of account: AccountID, _ call: Call) async throws(ClientError) -> Response {
        let featured = try await personal.all(.featuredTags, of: account)
        let uses = featured.isEmpty ? [:] : try await uses(by: account, call)
        return .json { json in
            json.beginArray()
            for kept in featured { write(kept, uses[kept.fact.key], of: account, to: &json) }
            json.endArray()
        }
    }

    private func feature(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        var name = (call.parameters["name"] ?? "")[...]
        if name.hasPrefix("#") { name = name.dropFirst() }
        guard Hashtag.isValid(String(name)) else { throw .validation("Tag is not valid") }
        let kept = try await personal.keep(
            .tagFeatured(TagChoice(owner: person, tag: Hashtag.folded(String(name)), isOn: true)))
        let use = try await uses(by: person, call)[kept.fact.key]
        return .json { write(kept, use, of: person, to: &$0) }
    }

    private func unfeature(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let id: EventID = try call.id("id")
        guard let kept = try await personal.all(.featuredTags, of: person).first(where: { $0.version == id }) else {
            throw .notFound
        }
        try await personal.keep(.tagFeatured(TagChoice(owner: person, tag: kept.fact.key, isOn: false)))
        return .json(Array("{}".utf8))
    }

    /// What they used most.
    private func suggestions(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let featured = Set(try await personal.all(.featuredTags, of: person).map(\.fact.key))
        let tags = try await uses(by: person, call).filter { !featured.contains($0.key) }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(FeaturedTagEndpoints.suggestionsMax)
        return .json { json in
            json.beginArray()
            for (tag, _) in tags { TagJSON.write(tag, site: site, to: &json) }
            json.endArray()
        }
    }

    private func uses(by account: AccountID, _ call: Call) async throws(ClientError) -> [String: Use] {
        let found = try await timelines.gathered(
            [.outbox(account)], PageQuery(limit: FeaturedTagEndpoints.countedStatuses), call, .account
        ) { $0.record.kind == .status && ($0.record.visibility == .public || $0.record.visibility == .unlisted) }
        var uses: [String: Use] = [:]
        for fragment in found.fragments {
            for tag in fragment.record.tags {
                var use = uses[tag] ?? Use()
                use.count += 1
                use.lastUnixMilliseconds = max(
                    use.lastUnixMilliseconds, StatusID(rawValue: fragment.id).unixMilliseconds)
                uses[tag] = use
            }
        }
        return uses
    }

    private func write(_ kept: PersonalFacts.Kept, _ use: Use?, of account: AccountID, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id: kept.version.rawValue)
        json.field("name", kept.fact.key)
        json.field("url", site.tagURL(kept.fact.key))
        json.field("statuses_count", String(use?.count ?? 0))
        if let use {
            json.field("last_status_at", Timestamp.date(unixMilliseconds: use.lastUnixMilliseconds))
        } else {
            json.nullField("last_status_at")
        }
        json.endObject()
    }
}
