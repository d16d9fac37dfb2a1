internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `/api/v2/search`, and `/api/v1/search` with bare names for hashtags: accounts by name, hashtags by their beginning, and
/// a status by its address or id. What statuses say is not searched.
struct SearchEndpoint: Sendable {
    let showing: StatusShowing
    let rules: ViewerRulesCache
    let recents: RecentStatuses
    let lookup: StatusLookup
    let visibility: StatusVisibility
    let store: StoreAccess
    let site: Site

    static let defaultLimit = 20
    static let highestLimit = 40

    private enum Kind: String, CaseIterable {
        case accounts
        case statuses
        case hashtags
    }

    func add(to routes: Routes) {
        routes.get("/api/v2/search", .application) { call async throws(ClientError) in
            try await search(call) { TagJSON.write($0, site: site, to: &$1) }
        }
        routes.get("/api/v1/search", .application) { call async throws(ClientError) in
            try await search(call) { $1.text($0) }
        }
    }

    private func search(
        _ call: Call, writeTag: (String, inout JSONWriter) -> Void
    ) async throws(ClientError) -> Response {
        guard call.viewer?.allows(.readSearch) == true else { throw .outsideScopes }
        let query = (call.parameters["q"] ?? "").trimmed
        guard !query.isEmpty else { throw .badRequest("q is missing") }
        let kinds = call.parameters.text("type").map { [Kind(rawValue: $0)].compactMap { $0 } } ?? Kind.allCases
        let limit = min(
            max(call.parameters.integer("limit") ?? SearchEndpoint.defaultLimit, 0), SearchEndpoint.highestLimit)
        let offset = max(0, call.parameters.integer("offset") ?? 0)
        let found = kinds.contains(.accounts) ? try await accounts(query, call, limit: limit, offset: offset) : []
        let status = kinds.contains(.statuses) && limit > 0 && offset == 0 ? await status(query, call) : nil
        let tags =
            kinds.contains(.hashtags)
            ? try await hashtags(query, isAsked: kinds.count == 1, limit: limit, offset: offset) : []
        return .json { json in
            json.beginObject()
            json.key("accounts")
            json.beginArray()
            for account in found { AccountJSON.write(account, site: site, to: &json) }
            json.endArray()
            json.key("statuses")
            json.beginArray()
            status?.write(viewer: call.viewer?.account, to: &json)
            json.endArray()
            json.key("hashtags")
            json.beginArray()
            for tag in tags { writeTag(tag, &json) }
            json.endArray()
            json.endObject()
        }
    }

    private func accounts(
        _ query: String, _ call: Call, limit: Int, offset: Int
    ) async throws(ClientError) -> [PeerAccount] {
        guard limit > 0 else { return [] }
        let search = AccountSearch(store: store, site: site)
        let found = try await search.find(query, limit: limit, offset: offset)
        guard call.parameters.flag("following"), let viewer = call.viewer?.account else { return found }
        return try await search.followed(found, by: viewer)
    }

    /// The one that the address or the id names, if the viewer may see it.
    private func status(_ query: String, _ call: Call) async -> Shown? {
        guard let id = site.status(inURL: query) ?? StatusID(query),
            case .found(let fragment, _) = await lookup.find(id),
            await visibility.allows(call.viewer?.account, toSee: fragment)
        else { return nil }
        let viewer = call.viewer?.account
        return await showing.compose(fragment, for: viewer, rules: await rules.entry(for: viewer).rules)
    }

    /// Those that begin so, by name. One that nobody has used is found where exactly it was asked for.
    private func hashtags(
        _ query: String, isAsked: Bool, limit: Int, offset: Int
    ) async throws(ClientError) -> [String] {
        let name = query.hasPrefix("#") ? String(query.dropFirst()) : query
        guard limit > 0, Hashtag.isValid(name) else { return [] }
        let folded = Hashtag.folded(name)
        let request = PeerTagSearch.with {
            $0.prefix = folded
            $0.limit = UInt32(limit)
            $0.offset = UInt32(clamping: offset)
        }
        var found = try await store.askFor { (store) throws(PeerError) in try await store.searchTags(request) }
        if offset == 0 {
            // What was posted a moment ago is not in the store yet.
            found = Array(Set(found + recents.tags.beginning(with: folded)).sorted().prefix(limit))
        }
        return found.isEmpty && offset == 0 && (isAsked || query.hasPrefix("#")) ? [folded] : found
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
