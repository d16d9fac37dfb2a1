internal import Metrics

/// Hits and misses of one cache.
struct CacheMetrics: Sendable {
    private let hits: Counter
    private let misses: Counter

    init(_ cache: String) {
        hits = Counter(label: "statuscast_api_cache_lookups_total", dimensions: [("cache", cache), ("outcome", "hit")])
        misses = Counter(
            label: "statuscast_api_cache_lookups_total", dimensions: [("cache", cache), ("outcome", "miss")])
    }

    func hit() { hits.increment() }
    func miss() { misses.increment() }
}
