internal import HTTPTypes
internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// What a person likes and has bookmarked, who likes a status, and what an account has pinned. The pages go by when it
/// was done.
struct InteractionLists: Sendable {
    let acting: StatusActing
    let showing: StatusShowing
    let rules: ViewerRulesCache
    let store: StoreAccess
    let site: Site

    func add(to routes: Routes) {
        routes.get("/api/v1/favourites", .person(.readFavourites)) { call async throws(ClientError) in
            try await statuses(call, .favourite)
        }
        routes.get("/api/v1/bookmarks", .person(.readBookmarks)) { call async throws(ClientError) in
            try await statuses(call, .bookmark)
        }
        routes.get("/api/v1/statuses/:id/favourited_by", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            try await accounts(call, kind: UInt32(Interaction.Kind.favourite.rawValue), .favourited)
        }
    }

    private func statuses(_ call: Call, _ kind: Interaction.Kind) async throws(ClientError) -> Response {
        let person = try call.person()
        let page = try PageQuery(call.parameters)
        var query = PeerInteractionQuery(page)
        query.kind = UInt32(kind.rawValue)
        query.account = person.rawValue
        var found = try await ask(query).map { (id: $0.status, cursor: $0.cursor) }
        for act in marks.recentActs(of: person) where act.mark == .init(kind) {
            found.removeAll { $0.id == act.status }
            if act.isOn, page.includes(act.event, above: found.last?.cursor) { found.append((act.status, act.event)) }
        }
        found.sort { $0.cursor > $1.cursor }
        found = Array(found.prefix(page.limit))
        let range = found.first.map { (newest: $0.cursor, oldest: found.last?.cursor ?? $0.cursor) }
        return await answer(call, try await visible(found.map(\.id), to: person), range, .thread)
    }

    /// With the viewer, who may have done it a moment ago. `kind` as the store's question has it.
    func accounts(_ call: Call, kind: UInt32, _ mark: StatusView.Marks) async throws(ClientError) -> Response {
        let fragment = try await acting.original(try call.id("id"), for: call.viewer?.account)
        let page = try PageQuery(call.parameters, defaultLimit: 40, highestLimit: 80)
        var query = PeerInteractionQuery(page)
        query.kind = kind
        query.status = fragment.id
        var found = try await ask(query).map { (id: $0.account, cursor: $0.cursor) }
        if let viewer = call.viewer?.account,
            let act = marks.recentActs(of: viewer).first(where: { $0.status == fragment.id && $0.mark == mark })
        {
            found.removeAll { $0.id == viewer.rawValue }
            if act.isOn, page.includes(act.event, above: found.last?.cursor) {
                found.append((viewer.rawValue, act.event))
            }
        }
        found.sort { $0.cursor > $1.cursor }
        let hidden = await rules.entry(for: call.viewer?.account).rules
        let ids = found.map { AccountID(rawValue: $0.id) }.filter { !hidden.keepsApart($0) }
        let entries = await showing.accounts.entries(for: ids)
        var json = JSONWriter()
        json.beginArray()
        for entry in ids.compactMap({ entries[$0] }) where !entry.account.suspended { json.raw(entry.json) }
        json.endArray()
        let range = found.first.map { (newest: $0.cursor, oldest: found.last?.cursor ?? $0.cursor) }
        return linked(.json(json.bytes), call, range)
    }

    /// What an account has pinned, for its page.
    func pinned(_ call: Call, by account: AccountID) async throws(ClientError) -> Response {
        let ids = try await acting.pinned(by: account).prefix(Limits.pinnedStatuses)
        return await answer(call, try await visible(ids.map(\.rawValue), to: call.viewer?.account), nil, .account)
    }

    private var marks: ViewerMarks { showing.marks }

    private func ask(_ query: PeerInteractionQuery) async throws(ClientError) -> [PeerStoredInteraction] {
        try await store.askFor { (store) throws(PeerError) in try await store.interactions(query) }
    }

    /// In their order, without those that are gone or not for the viewer.
    private func visible(_ ids: [UInt64], to viewer: AccountID?) async throws(ClientError) -> [Fragment] {
        let ids = ids.map(StatusID.init(rawValue:))
        let outcomes = await showing.lookup.find(ids)
        let found = ids.compactMap { id in
            if case .found(let fragment, _) = outcomes[id] { fragment } else { nil }
        }
        return await acting.visibility.visible(found, to: viewer)
    }

    private func answer(
        _ call: Call, _ fragments: [Fragment], _ range: (newest: UInt64, oldest: UInt64)?, _ place: ViewerRules.Place
    ) async -> Response {
        let viewer = call.viewer?.account
        let composed = await showing.compose(
            fragments, for: viewer, rules: await rules.entry(for: viewer).rules, in: place)
        var json = JSONWriter(reserving: 2048 * fragments.count + 16)
        json.beginArray()
        for shown in composed.shown { shown.write(viewer: viewer, to: &json) }
        json.endArray()
        return linked(.json(json.bytes), call, range)
    }

    private func linked(_ response: Response, _ call: Call, _ range: (newest: UInt64, oldest: UInt64)?) -> Response {
        var response = response
        if let link = LinkHeader.value(site: site, path: call.path, parameters: call.parameters, ids: range) {
            response.headers[.link] = link
        }
        return response
    }
}

extension PeerInteractionQuery {
    fileprivate init(_ page: PageQuery) {
        self.init()
        below = page.maxID ?? 0
        above = page.minID ?? page.sinceID ?? 0
        fromOldest = page.minID != nil
        limit = UInt32(page.limit)
    }
}

extension PageQuery {
    /// Whether what the store does not have yet belongs on the page that ends with `oldest`.
    fileprivate func includes(_ cursor: UInt64, above oldest: UInt64?) -> Bool {
        if let maxID, cursor >= maxID { return false }
        if let above = minID ?? sinceID, cursor <= above { return false }
        return maxID == nil || oldest.map { cursor > $0 } ?? true
    }
}
