import Foundation
import Peers
import StatuscastModel
import Synchronization

@testable import API

/// A store in memory, as far as the front asks for it.
final class StubStore: StoreService {
    struct State {
        var accounts: [UInt64: PeerAccount] = [:]
        var tokens: [Data: PeerAuthenticated] = [:]
        var follows: Set<[UInt64]> = []
        var statuses: [UInt64: PeerStoredStatus] = [:]
        var calls = 0
        var nextID: UInt64 = 1_000 << 16
    }

    let state = Mutex(State())
    let rules = Mutex(Rules())
    let interactions = Mutex(Interactions())
    let people = Mutex(People())
    let personal = Mutex(Personal())

    private func counted<T>(_ body: (inout State) throws(PeerError) -> T) throws(PeerError) -> T {
        try state.withLock { (state) throws(PeerError) in
            state.calls += 1
            return try body(&state)
        }
    }

    @discardableResult
    func addPerson(_ username: String, token: String, scopes: [String] = ["read", "write", "follow"]) -> AccountID {
        state.withLock { state in
            state.nextID += 1 << 16
            var account = PeerAccount()
            account.id = state.nextID
            account.username = username
            account.createdUnixMilliseconds = 1_760_469_026_017
            state.accounts[account.id] = account
            addToken(token, account: account.id, scopes: scopes, &state)
            return AccountID(rawValue: account.id)
        }
    }

    func addToken(_ token: String, account: UInt64, scopes: [String], _ state: inout State) {
        var authenticated = PeerAuthenticated()
        authenticated.known = true
        authenticated.account = account
        authenticated.application = 77
        authenticated.applicationName = "app"
        authenticated.applicationWebsite = "https://app.example"
        authenticated.scopes = scopes
        state.tokens[TokenHash(of: token).data] = authenticated
    }

    func registerApplication(_ request: PeerRegisterApplication) async throws(PeerError) -> PeerApplication {
        try counted { _ throws(PeerError) in
            var application = PeerApplication()
            application.id = 77
            application.name = request.name
            application.redirectUris = request.redirectUris
            application.scopes = request.scopes
            application.clientID = "client"
            application.clientSecret = "secret"
            return application
        }
    }

    func issueToken(_ request: PeerIssueToken) async throws(PeerError) -> PeerToken {
        try counted { (state) throws(PeerError) in
            guard request.clientID == "client", request.clientSecret == "secret" else {
                throw PeerError(.invalidClient, "Client authentication failed")
            }
            var account: UInt64 = 0
            if request.grant == .password {
                let found = state.accounts.values.first { $0.username == request.login }
                guard let found, request.password == "password" else {
                    throw PeerError(.invalidGrant, "The provided authorization grant is invalid")
                }
                account = found.id
            }
            return token("issued-\(state.tokens.count)", account, request.scopes, &state)
        }
    }

    func revokeToken(_ request: PeerRevokeToken) async throws(PeerError) {
        try counted { (state) throws(PeerError) in state.tokens[TokenHash(of: request.token).data] = nil }
    }

    func authenticate(_ request: PeerAuthenticate) async throws(PeerError) -> PeerAuthenticated {
        try counted { (state) throws(PeerError) in state.tokens[request.tokenHash] ?? PeerAuthenticated() }
    }

    func createAccount(_ request: PeerCreateAccount) async throws(PeerError) -> PeerToken {
        try counted { (state) throws(PeerError) in
            guard !state.accounts.values.contains(where: { $0.username == request.username }) else {
                throw PeerError(
                    .invalid, "Validation failed: Username has already been taken",
                    problems: [.init(field: "username", error: "ERR_TAKEN", text: "has already been taken")])
            }
            state.nextID += 1 << 16
            people.withLock { $0.reasons.append(request.reason) }
            var account = PeerAccount()
            account.id = state.nextID
            account.username = request.username
            state.accounts[account.id] = account
            return token("signed-up-\(account.id)", account.id, request.scopes, &state)
        }
    }

    func accounts(ids: [AccountID]) async throws(PeerError) -> [PeerAccount] {
        try counted { (state) throws(PeerError) in ids.compactMap { state.accounts[$0.rawValue] } }
    }

    func accounts(named names: [String]) async throws(PeerError) -> [PeerAccount] {
        try counted { (state) throws(PeerError) in
            names.compactMap { name in state.accounts.values.first { $0.username.lowercased() == name.lowercased() } }
        }
    }

    func searchAccounts(_ request: PeerAccountSearch) async throws(PeerError) -> [PeerAccount] {
        try counted { (state) throws(PeerError) in
            state.accounts.values.filter { $0.username.lowercased().hasPrefix(request.query.lowercased()) }
                .sorted { $0.username > $1.username }
        }
    }

    func follow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship {
        try counted { (state) throws(PeerError) in
            guard request.follower != request.followee else { throw PeerError(.forbidden, "oneself") }
            guard state.accounts[request.followee] != nil else { throw PeerError(.notFound, "nobody") }
            let pair = [request.follower, request.followee]
            if state.accounts[request.followee]?.locked == true, !state.follows.contains(pair) {
                people.withLock { $0.requests.append(pair) }
            } else {
                state.follows.insert(pair)
            }
            return relationship(request.follower, request.followee, state)
        }
    }

    func unfollow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship {
        try counted { (state) throws(PeerError) in
            state.follows.remove([request.follower, request.followee])
            return relationship(request.follower, request.followee, state)
        }
    }

    func relationships(_ request: PeerRelationshipQuery) async throws(PeerError) -> [PeerRelationship] {
        try counted { (state) throws(PeerError) in request.accounts.map { relationship(request.viewer, $0, state) } }
    }

    func statuses(ids: [StatusID]) async throws(PeerError) -> [PeerStoredStatus] {
        try counted { (state) throws(PeerError) in ids.compactMap { state.statuses[$0.rawValue] } }
    }

    func instanceCounts() async throws(PeerError) -> PeerInstanceCounts {
        try counted { _ throws(PeerError) in PeerInstanceCounts() }
    }

    private func relationship(_ viewer: UInt64, _ other: UInt64, _ state: State) -> PeerRelationship {
        var relationship = PeerRelationship()
        relationship.account = other
        relationship.following = state.follows.contains([viewer, other])
        relationship.followedBy = state.follows.contains([other, viewer])
        people.withLock { people in
            relationship.requested = people.requests.contains([viewer, other])
            relationship.requestedBy = people.requests.contains([other, viewer])
            relationship.note = people.notes[[viewer, other]] ?? ""
        }
        rules.withLock { rules in
            relationship.blocking = rules.blocks.contains([viewer, other])
            relationship.blockedBy = rules.blocks.contains([other, viewer])
            relationship.muting = rules.mutes[[viewer, other]] != nil
            relationship.mutingNotifications = rules.mutes[[viewer, other]]?.hidesNotifications ?? false
        }
        return relationship
    }

    private func token(_ text: String, _ account: UInt64, _ scopes: [String], _ state: inout State) -> PeerToken {
        addToken(text, account: account, scopes: scopes, &state)
        var token = PeerToken()
        token.accessToken = text
        token.scopes = scopes
        token.createdUnixMilliseconds = 1_760_469_026_017
        token.account = account
        return token
    }
}
