internal import StatuscastModel
internal import Synchronization

/// Ids of deleted statuses, deleted accounts, whose statuses are all deleted, and the newest versions of what was
/// edited: all of them once `isLoaded`.
/// `generation` moves with each that is new.
///
/// May be used from anywhere, concurrently.
final class Tombstones: Sendable {
    private let ids = Mutex<Set<UInt64>>([])
    private let authors = Mutex<Set<AccountID>>([])
    private let versions = NewestVersions()
    private let counter = Atomic<UInt64>(0)
    private let loaded = Atomic<Bool>(false)

    var generation: UInt64 { counter.load(ordering: .acquiring) }
    /// Whether the list of deletes has been read once; until then no status may be shown.
    var isLoaded: Bool { loaded.load(ordering: .acquiring) }
    func markLoaded() { loaded.store(true, ordering: .releasing) }

    var count: Int { ids.withLock { $0.count } }

    func contains(_ id: UInt64) -> Bool { ids.withLock { $0.contains(id) } }
    func containsAny(of wanted: [UInt64]) -> Bool { ids.withLock { ids in wanted.contains { ids.contains($0) } } }

    func contains(author: AccountID) -> Bool { authors.withLock { $0.contains(author) } }
    func containsAny(authors wanted: some Sequence<AccountID>) -> Bool {
        authors.withLock { authors in !authors.isEmpty && wanted.contains { authors.contains($0) } }
    }

    /// Whether it, or what it repeats, is deleted.
    func hides(_ fragment: Fragment) -> Bool {
        if contains(fragment.id) || contains(author: fragment.author) { return true }
        return fragment.reblogged.map(hides) ?? false
    }

    func newest(of fragment: Fragment) -> Fragment { versions.newest(of: fragment) }

    /// Whether any of them was deleted, or edited after that generation.
    func disturbs(_ ids: [UInt64], since generation: UInt64) -> Bool {
        containsAny(of: ids) || versions.hasChanged(anyOf: ids, since: generation)
    }

    /// `isOwn`: it was asked for here, and the list does not name it yet.
    func insert(version fragment: Fragment, isOwn: Bool = false) {
        versions.insert(fragment, isOwn: isOwn) { counter.add(1, ordering: .acquiringAndReleasing).newValue }
    }

    func insert(authors new: some Sequence<AccountID>) {
        let grown = authors.withLock { authors in
            let before = authors.count
            authors.formUnion(new)
            return authors.count > before
        }
        if grown { counter.add(1, ordering: .acquiringAndReleasing) }
    }

    func insert(_ new: some Sequence<UInt64>) {
        let grown = ids.withLock { ids in
            let before = ids.count
            for id in new { ids.insert(id) }
            return ids.count > before
        }
        if grown { counter.add(1, ordering: .acquiringAndReleasing) }
    }
}
