internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Who follows an account, whom it follows, and whom of its followers the viewer knows.
struct FollowListEndpoints: Sendable {
    let accounts: AccountCache
    let rules: ViewerRulesCache
    let store: StoreAccess
    let site: Site

    private static let familiarMax = 20

    func add(to routes: Routes) {
        routes.get("/api/v1/accounts/:id/followers", .anybodyOr(.readAccounts)) { call async throws(ClientError) in
            try await list(call, followers: true)
        }
        routes.get("/api/v1/accounts/:id/following", .anybodyOr(.readAccounts)) { call async throws(ClientError) in
            try await list(call, followers: false)
        }
        routes.get("/api/v1/accounts/familiar_followers", .person(.readFollows)) { call async throws(ClientError) in
            try await familiar(call)
        }
    }

    /// Whom the account blocks sees nobody; nobody sees those with whom a block keeps apart.
    private func list(_ call: Call, followers: Bool) async throws(ClientError) -> Response {
        let account: AccountID = try call.id("id")
        let viewer = call.viewer?.account
        if viewer != account, await accounts.isSurelyNobody(account) { throw .notFound }
        let rules = await rules.entry(for: viewer).rules
        let known = await accounts.entries(for: [account])[account]?.account
        if rules.isBlocked(by: account) || known?.suspended == true || known?.pending == true {
            return .json(Array("[]".utf8))
        }
        let page = try AccountPages.query(call, of: account)
        let query = PeerFollowListQuery.with {
            $0.page = page
            $0.followers = followers
        }
        let found = try await store.askFor { (store) throws(PeerError) in try await store.followList(query) }
        return await AccountPages(accounts: accounts, site: site).answer(found, call) {
            viewer == account || !rules.keepsApart($0)
        }
    }

    private func familiar(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let ids = call.parameters.list("id").prefix(FollowListEndpoints.familiarMax).compactMap { AccountID($0) }
        let query = PeerRelationshipQuery.with {
            $0.viewer = person.rawValue
            $0.accounts = ids.map(\.rawValue)
        }
        let lists = try await store.askFor { (store) throws(PeerError) in try await store.familiarFollowers(query) }
        let wanted = Set(lists.flatMap(\.followers)).map(AccountID.init(rawValue:))
        let entries = await accounts.entries(for: wanted)
        return .json { json in
            json.beginArray()
            for list in lists {
                json.beginObject()
                json.field("id", id: list.account)
                json.key("accounts")
                json.beginArray()
                for follower in list.followers {
                    guard let entry = entries[AccountID(rawValue: follower)], !entry.account.suspended else { continue }
                    json.raw(entry.json)
                }
                json.endArray()
                json.endObject()
            }
            json.endArray()
        }
    }
}
