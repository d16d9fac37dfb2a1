internal import Peers
internal import StatuscastModel
internal import Synchronization
internal import SystemClock

/// Accounts with their JSON, as pages need them. Bounded; entries outlive the store's absence.
///
/// `generation` moves whenever any entry changed or went, so that whoever put accounts together can see whether to look
/// again. May be used from anywhere, concurrently.
final class AccountCache: Sendable {
    struct Entry: Sendable {
        let account: PeerAccount
        let json: [UInt8]
        /// Unlike that of every other entry; 0: not kept, good for this answer only.
        let version: UInt64
        let loadedMilliseconds: UInt64
    }

    private struct State {
        var entries: BoundedCache<AccountID, Entry>
        var names: BoundedCache<String, AccountID>
        /// When a change of an account was last announced. The store announces before it applies.
        var changed: BoundedCache<AccountID, UInt64>
        var nextVersion: UInt64 = 1
    }

    /// How long after an announcement the store may still answer what was before it.
    static let settlingMilliseconds: UInt64 = 500

    private let state: Mutex<State>
    private let counter = Atomic<UInt64>(0)
    private let store: StoreAccess
    private let site: Site
    private let freshMilliseconds: UInt64
    private let metrics = CacheMetrics("accounts")
    private let now: @Sendable () -> UInt64

    init(
        limits: APIConfiguration.CacheLimits, store: StoreAccess, site: Site,
        now: @escaping @Sendable () -> UInt64 = MonotonicClock.milliseconds
    ) {
        self.store = store
        self.site = site
        self.now = now
        freshMilliseconds = limits.accountFreshMilliseconds
        state = Mutex(
            State(
                entries: BoundedCache(limit: limits.accounts), names: BoundedCache(limit: limits.accounts),
                changed: BoundedCache(limit: limits.accounts)))
    }

    var generation: UInt64 { counter.load(ordering: .acquiring) }

    func cached(_ id: AccountID) -> Entry? { state.withLock { $0.entries.value(id) } }

    /// Whether every account still has the entry of that version.
    func areCurrent(_ versions: [(account: AccountID, version: UInt64)]) -> Bool {
        state.withLock { state in
            versions.allSatisfy { $0.version != 0 && state.entries.value($0.account)?.version == $0.version }
        }
    }

    /// What is known of the accounts; those that are missing or old are asked for, briefly. Some may be missing.
    func entries(for ids: [AccountID]) async -> [AccountID: Entry] {
        var found: [AccountID: Entry] = [:]
        let now = now()
        state.withLock { state in
            for id in ids { if let entry = state.entries.value(id) { found[id] = entry } }
        }
        let wanted = Set(ids).filter { id in
            guard let entry = found[id] else { return true }
            return now > entry.loadedMilliseconds + freshMilliseconds
        }
        if wanted.isEmpty { metrics.hit() } else { metrics.miss() }
        guard !wanted.isEmpty else { return found }
        let asked = Array(wanted)
        let answer = await store.askBriefly { (store) throws(PeerError) in try await store.accounts(ids: asked) }
        for entry in insert(answer ?? [], askedMilliseconds: now) {
            found[AccountID(rawValue: entry.account.id)] = entry
        }
        return found
    }

    /// Whether the store has just said that there is no such account. Asked briefly; no answer says nothing.
    func isSurelyNobody(_ id: AccountID) async -> Bool {
        if cached(id) != nil { return false }
        let asked = now()
        let answer = await store.askBriefly { (store) throws(PeerError) in try await store.accounts(ids: [id]) }
        guard let answer else { return false }
        insert(answer, askedMilliseconds: asked)
        return answer.isEmpty
    }

    /// The accounts with these names (any case) by folded name, asked for briefly where they are not known.
    func entries(named names: [String]) async -> [String: Entry] {
        let folded = names.map { $0.lowercased() }
        var found: [String: Entry] = [:]
        let now = now()
        state.withLock { state in
            for name in folded {
                if let id = state.names.value(name), let entry = state.entries.value(id) { found[name] = entry }
            }
        }
        let missing = folded.filter { found[$0] == nil }
        guard !missing.isEmpty else { return found }
        let answer = await store.askBriefly { (store) throws(PeerError) in try await store.accounts(named: missing) }
        for entry in insert(answer ?? [], askedMilliseconds: now) { found[entry.account.username.lowercased()] = entry }
        return found
    }

    /// Keeps what the store has answered to a question of that time, unless a change was announced around it.
    @discardableResult
    func insert(_ accounts: [PeerAccount], askedMilliseconds asked: UInt64) -> [Entry] {
        accounts.map { account in
            var json = JSONWriter(reserving: 1024)
            AccountJSON.write(account, site: site, to: &json)
            let id = AccountID(rawValue: account.id)
            return state.withLock { state in
                let changed = state.changed.value(id)
                let mayBeOld = changed.map { asked < $0 + AccountCache.settlingMilliseconds } ?? false
                let version = mayBeOld ? 0 : state.nextVersion
                let entry = Entry(account: account, json: json.bytes, version: version, loadedMilliseconds: asked)
                guard !mayBeOld else { return entry }
                state.nextVersion += 1
                state.entries.insert(entry, for: id)
                state.names.insert(id, for: account.username.lowercased())
                return entry
            }
        }
    }

    /// An announced change: what is known of the account is not to be trusted.
    func changed(_ id: AccountID) {
        let now = now()
        state.withLock { state in
            state.entries.remove(id)
            state.changed.insert(now, for: id)
        }
        counter.add(1, ordering: .acquiringAndReleasing)
    }

    func forgetAll() {
        state.withLock { $0.entries.removeAll() }
        counter.add(1, ordering: .acquiringAndReleasing)
    }
}
