internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import Synchronization

/// Who a token belongs to. Entries do not expire; they go when a revocation is announced, or for want of room.
///
/// May be used from anywhere, concurrently.
final class TokenCache: Sendable {
    /// Why no token of an account counts.
    enum Refusal: Sendable {
        case suspended, deleted

        var error: ClientError {
            switch self {
            case .suspended: .disabledLogin
            case .deleted: .invalidToken
            }
        }
    }

    private struct State {
        var viewers: BoundedCache<TokenHash, Viewer>
        /// Final, and remembered because the store may still answer for a moment what it knew before.
        var revoked: BoundedCache<TokenHash, Bool>
        /// Announced since the front started: the store may still answer for a moment what it knew before.
        var refusals: [AccountID: Refusal] = [:]
        /// Whether accounts wait for approval; announced, and remembered for the same reason.
        var pending: [AccountID: Bool] = [:]
        /// Moves whenever everything is forgotten: what was asked before is not kept.
        var generation: UInt64 = 0

        func refusal(of viewer: Viewer?) -> Refusal? {
            refusals.isEmpty ? nil : viewer?.account.flatMap { refusals[$0] }
        }

        mutating func forgetViewers() {
            viewers.removeAll()
            generation += 1
        }

        func current(_ viewer: Viewer) -> Viewer {
            guard !pending.isEmpty, let account = viewer.account, let isPending = pending[account] else {
                return viewer
            }
            var viewer = viewer
            viewer.isPending = isPending
            return viewer
        }
    }

    private let state: Mutex<State>
    private let store: StoreAccess
    private let accounts: AccountCache
    private let metrics: CacheMetrics

    init(limit: Int, store: StoreAccess, accounts: AccountCache) {
        self.store = store
        self.accounts = accounts
        metrics = CacheMetrics("tokens")
        state = Mutex(State(viewers: BoundedCache(limit: limit), revoked: BoundedCache(limit: limit)))
    }

    /// From memory alone.
    func cached(_ hash: TokenHash) -> Viewer? {
        state.withLock { state in
            let viewer = state.viewers.value(hash)
            return state.refusal(of: viewer) == nil ? viewer.map(state.current) : nil
        }
    }

    /// Whether it is known that the token does not count any more. From memory alone.
    func hasEnded(_ hash: TokenHash, of viewer: Viewer?) -> Bool {
        state.withLock { state in state.revoked.value(hash) != nil || state.refusal(of: viewer) != nil }
    }

    /// Throws 401 for an unknown or revoked token, 503 if it is not remembered and the store cannot be asked.
    func viewer(_ hash: TokenHash) async throws(ClientError) -> Viewer {
        let (known, isRevoked, generation, refusal) = state.withLock { state in
            let known = state.viewers.value(hash).map(state.current)
            return (known, state.revoked.value(hash) != nil, state.generation, state.refusal(of: known))
        }
        if isRevoked { throw .revokedToken }
        if let refusal { throw refusal.error }
        if let known {
            metrics.hit()
            return known
        }
        metrics.miss()
        let viewer = try await ask(hash)
        return try state.withLock { (state) throws(ClientError) in
            if state.revoked.value(hash) != nil { throw .revokedToken }
            if let refusal = state.refusal(of: viewer) { throw refusal.error }
            if state.generation == generation { state.viewers.insert(viewer, for: hash) }
            return state.current(viewer)
        }
    }

    func revoke(_ hash: TokenHash) {
        state.withLock { state in
            state.viewers.remove(hash)
            state.revoked.insert(true, for: hash)
        }
    }

    /// From now on no token of the account counts, or with nil they do again.
    func refuse(_ account: AccountID, _ refusal: Refusal?) {
        state.withLock { $0.refusals[account] = refusal }
    }

    /// An account waits for approval from now on, or does not any more.
    func setPending(_ account: AccountID, _ isPending: Bool) {
        state.withLock { $0.pending[account] = isPending }
    }

    /// Makes the store be asked again, for example because an account was suspended.
    func forgetViewers() { state.withLock { $0.forgetViewers() } }

    /// Changes may have been missed: also one that took a refusal back or let an account in.
    func forgetAll() {
        state.withLock { state in
            state.forgetViewers()
            state.refusals = [:]
            state.pending = [:]
        }
    }

    private func ask(_ hash: TokenHash) async throws(ClientError) -> Viewer {
        let answer: PeerAuthenticated
        do throws(PeerError) {
            answer = try await store.ask { (store) throws(PeerError) in
                try await store.authenticate(PeerAuthenticate.with { $0.tokenHash = hash.data })
            }
        } catch {
            throw ClientError(error)
        }
        guard answer.known else { throw .invalidToken }
        var viewer = Viewer(
            account: nil, username: "", displayName: "",
            application: ApplicationID(rawValue: answer.application), applicationName: answer.applicationName,
            applicationWebsite: answer.applicationWebsite, scopes: answer.scopes)
        guard answer.account != 0 else { return viewer }
        let id = AccountID(rawValue: answer.account)
        guard let entry = await accounts.entries(for: [id])[id] else {
            throw .unavailable("The account cannot be looked up just now")
        }
        if entry.account.suspended { throw .disabledLogin }
        viewer.isPending = answer.pending
        viewer.account = id
        viewer.username = entry.account.username
        viewer.displayName = entry.account.displayName
        return viewer
    }
}
