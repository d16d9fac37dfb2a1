internal import StatuscastModel
internal import Synchronization
internal import SystemClock

/// The newest versions of statuses that were edited, as the list of deletes names them: all of them once that is
/// loaded. What was edited through this front shows at once, and no longer than a minute unless the list names it too.
///
/// May be used from anywhere, concurrently.
final class NewestVersions: Sendable {
    private struct Entry: Sendable {
        /// Named by the list, of each who claims to have written one.
        var known: [AccountID: Fragment] = [:]
        var own: (fragment: Fragment, milliseconds: UInt64)?
        /// Of the list, when this entry last changed.
        var generation: UInt64
    }

    static let ownMilliseconds: UInt64 = 60_000

    private let entries = Mutex<[UInt64: Entry]>([:])
    private let isEmpty = Atomic<Bool>(true)
    private let now: @Sendable () -> UInt64

    init(now: @escaping @Sendable () -> UInt64 = MonotonicClock.milliseconds) { self.now = now }

    /// What is to be shown in place of a version. Costs nothing while nothing was ever edited.
    func newest(of fragment: Fragment) -> Fragment {
        if isEmpty.load(ordering: .acquiring) { return fragment }
        guard let entry = entries.withLock({ $0[fragment.id] }) else { return fragment }
        var newest = fragment
        if let known = entry.known[fragment.author], known.version > newest.version { newest = known }
        if let own = entry.own, own.fragment.author == fragment.author, own.fragment.version > newest.version,
            now() < own.milliseconds + Self.ownMilliseconds
        {
            newest = own.fragment
        }
        return newest
    }

    /// `isOwn`: it was asked for here, and the list does not name it yet. `generation` moves the list to its next one;
    /// called where it is news, while nobody can look.
    func insert(_ fragment: Fragment, isOwn: Bool, generation: () -> UInt64) {
        let now = now()
        entries.withLock { entries in
            var entry = entries[fragment.id] ?? Entry(generation: 0)
            if isOwn {
                entry.own = (fragment, now)
            } else {
                if let known = entry.known[fragment.author], known.version >= fragment.version { return }
                entry.known[fragment.author] = fragment
            }
            isEmpty.store(false, ordering: .releasing)
            if isOwn || entry.own?.fragment.version != fragment.version { entry.generation = generation() }
            entries[fragment.id] = entry
        }
    }

    /// Whether any of them has changed after that generation of the list.
    func hasChanged(anyOf ids: [UInt64], since generation: UInt64) -> Bool {
        if isEmpty.load(ordering: .acquiring) { return false }
        return entries.withLock { entries in ids.contains { id in (entries[id]?.generation ?? 0) > generation } }
    }
}
