internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `/api/v2/search`: accounts by name, and the hashtag that was asked for.
struct SearchEndpoint: Sendable {
    let accounts: AccountCache
    let store: StoreAccess
    let site: Site

    static let defaultLimit = 20
    static let highestLimit = 40

    func add(to routes: Routes) {
        routes.get("/api/v2/search", .application) { call async throws(ClientError) in try await search(call) }
    }

    private func search(_ call: Call) async throws(ClientError) -> Response {
        guard call.viewer?.allows(.readSearch) == true else { throw .outsideScopes }
        let query = (call.parameters["q"] ?? "").trimmed
        guard !query.isEmpty else { throw .badRequest("q is missing") }
        let type = call.parameters.text("type")
        let found = type == nil || type == "accounts" ? try await accounts(query, call) : []
        let tag = type == nil || type == "hashtags" ? hashtag(query, isExplicit: type == "hashtags") : nil
        return .json { json in
            json.beginObject()
            json.key("accounts")
            json.beginArray()
            for account in found { AccountJSON.write(account, site: site, to: &json) }
            json.endArray()
            json.emptyArrayField("statuses")
            json.key("hashtags")
            json.beginArray()
            if let tag { TagJSON.write(tag, site: site, to: &json) }
            json.endArray()
            json.endObject()
        }
    }

    /// The account of exactly that name first, whichever way it is spelled.
    private func accounts(_ query: String, _ call: Call) async throws(ClientError) -> [PeerAccount] {
        guard !query.hasPrefix("#") else { return [] }
        let limit = min(
            max(call.parameters.integer("limit") ?? SearchEndpoint.defaultLimit, 1), SearchEndpoint.highestLimit)
        let offset = max(0, call.parameters.integer("offset") ?? 0)
        let name = AccountName(query, site: site)
        // A name at another server: nobody here is called that.
        if name == nil, query.dropFirst().contains("@") { return [] }
        let text = name?.folded ?? query
        do throws(PeerError) {
            return try await store.ask { (store) throws(PeerError) in
                let request = PeerAccountSearch.with {
                    $0.query = text
                    $0.limit = UInt32(limit)
                    $0.offset = UInt32(clamping: offset)
                }
                var found = try await store.searchAccounts(request)
                guard let name, offset == 0 else { return found }
                let exact = try await store.accounts(named: [name.folded])
                found.removeAll { account in exact.contains { $0.id == account.id } }
                return Array((exact + found).prefix(limit))
            }
        } catch {
            throw ClientError(error)
        }
    }

    private func hashtag(_ query: String, isExplicit: Bool) -> String? {
        guard isExplicit || query.hasPrefix("#") else { return nil }
        let name = query.hasPrefix("#") ? String(query.dropFirst()) : query
        return Hashtag.isValid(name) ? Hashtag.folded(name) : nil
    }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
