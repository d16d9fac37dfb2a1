internal import Synchronization

/// Ids of deleted statuses, all of them. `generation` moves with each that is new.
///
/// May be used from anywhere, concurrently.
final class Tombstones: Sendable {
    private let ids = Mutex<Set<UInt64>>([])
    private let counter = Atomic<UInt64>(0)

    var generation: UInt64 { counter.load(ordering: .acquiring) }
    var count: Int { ids.withLock { $0.count } }

    func contains(_ id: UInt64) -> Bool { ids.withLock { $0.contains(id) } }
    func containsAny(of wanted: [UInt64]) -> Bool { ids.withLock { ids in wanted.contains { ids.contains($0) } } }

    func insert(_ new: some Sequence<UInt64>) {
        let grown = ids.withLock { ids in
            let before = ids.count
            for id in new { ids.insert(id) }
            return ids.count > before
        }
        if grown { counter.add(1, ordering: .acquiringAndReleasing) }
    }
}
