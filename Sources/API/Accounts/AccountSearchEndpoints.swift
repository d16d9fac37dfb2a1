internal import Hummingbird
internal import Peers
internal import StatuscastModel

/// `/api/v1/accounts/search`
struct AccountSearchEndpoints: Sendable {
    let store: StoreAccess
    let site: Site

    private static let defaultLimit = 40

    func add(to routes: Routes) {
        routes.get("/api/v1/accounts/search", .person(.readAccounts)) { call async throws(ClientError) in
            try await search(call)
        }
    }

    private func search(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let query = (call.parameters["q"] ?? "").trimmed
        guard !query.isEmpty else { throw .badRequest("q is missing") }
        let limit = min(
            max(call.parameters.integer("limit") ?? AccountSearchEndpoints.defaultLimit, 1),
            AccountSearch.highestLimit)
        let search = AccountSearch(store: store, site: site)
        var found = try await search.find(
            query, limit: limit, offset: max(0, call.parameters.integer("offset") ?? 0))
        if call.parameters.flag("following") { found = try await search.followed(found, by: person) }
        return .json { json in
            json.beginArray()
            for account in found { AccountJSON.write(account, site: site, to: &json) }
            json.endArray()
        }
    }
}
