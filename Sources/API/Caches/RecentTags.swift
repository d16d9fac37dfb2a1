internal import Synchronization

/// Tags of public statuses that were lately posted through this front, so that they are found before the store has
/// heard of them.
///
/// Bounded by count. May be used from anywhere, concurrently.
final class RecentTags: Sendable {
    private struct State {
        var tags: Set<String> = []
        /// In the order in which they came, each once.
        var order: [String] = []
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int = 1_000) { self.limit = limit }

    /// `tags` are folded.
    func use(_ tags: [String]) {
        guard !tags.isEmpty else { return }
        state.withLock { state in
            for tag in tags where state.tags.insert(tag).inserted { state.order.append(tag) }
            guard state.order.count > 2 * limit else { return }
            state.tags.subtract(state.order.prefix(state.order.count - limit))
            state.order.removeFirst(state.order.count - limit)
        }
    }

    /// By name.
    func beginning(with folded: String) -> [String] {
        state.withLock { $0.tags.filter { $0.hasPrefix(folded) } }.sorted()
    }
}
