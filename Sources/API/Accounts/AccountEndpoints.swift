internal import HTTPTypes
internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SystemClock

/// `/api/v1/accounts`: looking accounts up.
struct AccountEndpoints: Sendable {
    let accounts: AccountCache
    let store: StoreAccess
    let site: Site

    static let idsMax = 80

    func add(to routes: Routes) {
        routes.get("/api/v1/accounts/lookup") { call async throws(ClientError) in try await byName(call) }
        routes.get("/api/v1/accounts/:id") { call async throws(ClientError) in
            let id: AccountID = try call.id("id")
            return try answer(toOthers: try await account(id))
        }
        routes.get("/api/v1/accounts") { call async throws(ClientError) in try await list(call) }
    }

    private func byName(_ call: Call) async throws(ClientError) -> Response {
        guard let name = AccountName(call.parameters["acct"] ?? "", site: site) else { throw .notFound }
        let known = await accounts.entries(named: [name.folded])[name.folded]
        // The name is forever one account's: what may have changed is the rest of it.
        if let known { return try answer(toOthers: try await account(AccountID(rawValue: known.account.id))) }
        do throws(PeerError) {
            let asked = MonotonicClock.milliseconds()
            let found = try await store.ask { (store) throws(PeerError) in
                try await store.accounts(named: [name.folded])
            }
            accounts.insert(found, askedMilliseconds: asked)
            guard let account = found.first, !account.pending else { throw PeerError(.notFound, "") }
            return show(account)
        } catch {
            throw ClientError(error)
        }
    }

    private func list(_ call: Call) async throws(ClientError) -> Response {
        let ids = call.parameters.list("id").prefix(AccountEndpoints.idsMax).compactMap { AccountID($0) }
        let entries = await accounts.entries(for: ids)
        return .json { json in
            json.beginArray()
            for id in ids { if let entry = entries[id], !entry.account.pending { json.raw(entry.json) } }
            json.endArray()
        }
    }

    /// As the store knows it now; as it was remembered while the store is away.
    private func account(_ id: AccountID) async throws(ClientError) -> PeerAccount {
        do throws(PeerError) {
            let asked = MonotonicClock.milliseconds()
            let found = try await store.ask { (store) throws(PeerError) in try await store.accounts(ids: [id]) }
            accounts.insert(found, askedMilliseconds: asked)
            guard let account = found.first else { throw PeerError(.notFound, "") }
            return account
        } catch {
            if error.code == .unavailable, let known = accounts.cached(id) { return known.account }
            throw ClientError(error)
        }
    }

    /// Who waits for approval is there for nobody yet.
    private func answer(toOthers account: PeerAccount) throws(ClientError) -> Response {
        guard !account.pending else { throw .notFound }
        return show(account)
    }

    private func show(_ account: PeerAccount) -> Response {
        .json { AccountJSON.write(account, site: site, to: &$0) }
    }
}

/// A name as people write it: `alice`, `@alice`, `alice@host` or `@alice@host`, in any case. Nil for what is no name of
/// somebody here.
struct AccountName: Sendable, Hashable {
    let folded: String

    init?(_ written: String, site: Site) {
        let trimmed = written.filter { !$0.isWhitespace }
        let bare = trimmed.hasPrefix("@") ? trimmed.dropFirst() : trimmed[...]
        let parts = bare.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, Username.isValid(String(name)) else { return nil }
        if parts.count == 2, !site.isNamed(String(parts[1])) { return nil }
        folded = name.lowercased()
    }
}

enum Username {
    /// ASCII letters, digits and underscores, 1 to `Limits.usernameCharacters`.
    static func isValid(_ name: String) -> Bool {
        (1...Limits.usernameCharacters).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
