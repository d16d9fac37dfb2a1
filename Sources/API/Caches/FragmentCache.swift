internal import Synchronization

/// Parsed and rendered records by id, bounded by bytes. What a record says never changes, so nothing expires.
final class FragmentCache: Sendable {
    private let fragments: Mutex<BoundedCache<UInt64, Fragment>>
    private let metrics = CacheMetrics("fragments")

    init(limitBytes: Int) { fragments = Mutex(BoundedCache(limit: limitBytes)) }

    func fragment(_ id: UInt64) -> Fragment? {
        let found = fragments.withLock { $0.value(id) }
        if found == nil { metrics.miss() } else { metrics.hit() }
        return found
    }

    func insert(_ fragment: Fragment) {
        fragments.withLock { _ = $0.insert(fragment, for: fragment.id, cost: fragment.bytes) }
    }
}
