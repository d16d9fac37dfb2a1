internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import Synchronization
internal import SystemClock

/// The rules of viewers, as pages need them. Bounded; kept current by what `accounts` announces.
///
/// With the store away the last rules that were known serve on, and where none were, pages are put together without:
/// what was delivered has been judged by then. But what is for followers only shows to those alone who are known to
/// follow. May be used from anywhere, concurrently.
final class ViewerRulesCache: Sendable {
    struct Entry: Sendable {
        fileprivate(set) var rules: ViewerRules
        /// Unlike that of every other entry; 0: not kept, good for this answer only.
        let version: UInt64

        fileprivate var epoch: UInt64 = 0

        static let none = Entry(rules: .none, version: 0)
    }

    private struct State {
        var entries: BoundedCache<AccountID, Entry>
        /// Not to be trusted any more, but better than nothing.
        var old: BoundedCache<AccountID, ViewerRules>
        var changed: BoundedCache<AccountID, UInt64>
        var nextVersion: UInt64 = 1
        /// Entries of an earlier one are not to be trusted.
        var epoch: UInt64 = 0

        /// Mutating, as looking an entry up is: beside a call that only reads, the whole cache would be copied.
        mutating func current(_ viewer: AccountID) -> Entry? {
            guard let entry = entries.value(viewer), entry.epoch == epoch else { return nil }
            return entry
        }
    }

    private static let withoutStoreMilliseconds: UInt64 = 2_000

    private let state: Mutex<State>
    private let counter = Atomic<UInt64>(0)
    private let store: StoreAccess
    private let metrics = CacheMetrics("viewer_rules")

    init(limit: Int, store: StoreAccess) {
        self.store = store
        state = Mutex(
            State(
                entries: BoundedCache(limit: limit), old: BoundedCache(limit: limit),
                changed: BoundedCache(limit: limit)))
    }

    /// Moves whenever anybody's rules may have changed.
    var generation: UInt64 { counter.load(ordering: .acquiring) }

    func isCurrent(_ viewer: AccountID, version: UInt64) -> Bool {
        version != 0 && state.withLock { $0.current(viewer)?.version == version }
    }

    /// Nobody has no rules.
    func entry(for viewer: AccountID?) async -> Entry {
        guard let viewer else { return .none }
        let now = UnixClock.milliseconds()
        if let known = state.withLock({ $0.current(viewer) }),
            now < known.rules.validUntilUnixMilliseconds
        {
            metrics.hit()
            return known
        }
        metrics.miss()
        let asked = MonotonicClock.milliseconds()
        let answer = await store.askBriefly { (store) throws(PeerError) in try await store.viewerRules(of: viewer) }
        guard let answer else { return keepWithoutStore(viewer, now) }
        return keep(ViewerRules(answer, nowUnixMilliseconds: now), of: viewer, askedMilliseconds: asked)
    }

    /// The entry, with whether its viewer follows each of these authors. While the store does not say so nobody is
    /// followed, and the entry is good for a moment.
    func entry(_ entry: Entry, of viewer: AccountID, following authors: Set<AccountID>) async -> Entry {
        let query = PeerRelationshipQuery.with {
            $0.viewer = viewer.rawValue
            $0.accounts = authors.map(\.rawValue)
        }
        let found = await store.askBriefly { (store) throws(PeerError) in try await store.relationships(query) }
        var entry = entry
        var answers = Dictionary(uniqueKeysWithValues: authors.map { ($0, false) })
        if let found {
            for relationship in found { answers[AccountID(rawValue: relationship.account)] = relationship.following }
            learn(answers, of: viewer, version: entry.version)
        } else {
            entry.rules.askAgain(at: UnixClock.milliseconds() + ViewerRulesCache.withoutStoreMilliseconds)
        }
        entry.rules.learn(answers)
        return entry
    }

    /// Kept with the entry that they were asked for, and for as long: a change of a follow ends it.
    private func learn(_ answers: [AccountID: Bool], of viewer: AccountID, version: UInt64) {
        state.withLock { state in
            guard version != 0, var entry = state.current(viewer), entry.version == version
            else { return }
            if entry.rules.isFull(with: answers.count) { entry.rules.forgetFollows() }
            entry.rules.learn(answers)
            state.entries.insert(entry, for: viewer)
        }
    }

    private func keep(_ rules: ViewerRules, of viewer: AccountID, askedMilliseconds asked: UInt64) -> Entry {
        state.withLock { state in
            // The store announces before it applies.
            let changed = state.changed.value(viewer)
            if let changed, asked < changed + AccountCache.settlingMilliseconds {
                state.old.insert(rules, for: viewer)
                return Entry(rules: rules, version: 0)
            }
            let entry = Entry(rules: rules, version: state.nextVersion, epoch: state.epoch)
            state.nextVersion += 1
            state.entries.insert(entry, for: viewer)
            return entry
        }
    }

    /// For a moment, so that pages can be kept meanwhile.
    private func keepWithoutStore(_ viewer: AccountID, _ now: UInt64) -> Entry {
        state.withLock { state in
            var rules = state.entries.value(viewer)?.rules ?? state.old.value(viewer) ?? .none
            rules.askAgain(at: now + ViewerRulesCache.withoutStoreMilliseconds)
            let entry = Entry(rules: rules, version: state.nextVersion, epoch: state.epoch)
            state.nextVersion += 1
            state.entries.insert(entry, for: viewer)
            return entry
        }
    }

    /// An announced change of somebody's rules, or of whom somebody follows.
    func changed(_ viewer: AccountID) {
        let now = MonotonicClock.milliseconds()
        state.withLock { state in
            if var entry = state.entries.remove(viewer) {
                entry.rules.forgetFollows()
                state.old.insert(entry.rules, for: viewer)
            }
            state.changed.insert(now, for: viewer)
        }
        counter.add(1, ordering: .acquiringAndReleasing)
    }

    /// Changes may have been missed.
    func forgetAll() {
        state.withLock { $0.epoch += 1 }
        counter.add(1, ordering: .acquiringAndReleasing)
    }
}
