internal import StatuscastModel
internal import Synchronization

/// Ids of deleted statuses, and deleted accounts, whose statuses are all deleted: all of them once `isLoaded`.
/// `generation` moves with each that is new.
///
/// May be used from anywhere, concurrently.
final class Tombstones: Sendable {
    private let ids = Mutex<Set<UInt64>>([])
    private let authors = Mutex<Set<AccountID>>([])
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
