internal import Peers
internal import Synchronization
internal import SystemClock

/// How many accounts and statuses the store holds, some seconds old, and how fast the statuses grow.
final class InstanceCounts: Sendable {
    static let freshMilliseconds: UInt64 = 10_000
    /// The rate is that over so long, or over as long as samples reach back.
    static let rateMilliseconds: UInt64 = 300_000

    private struct Sample {
        var counts: PeerInstanceCounts
        var milliseconds: UInt64
    }

    private let store: StoreAccess
    private let now: @Sendable () -> UInt64
    /// Oldest first, at least `freshMilliseconds` apart.
    private let samples = Mutex<[Sample]>([])

    init(store: StoreAccess, now: @escaping @Sendable () -> UInt64 = MonotonicClock.milliseconds) {
        self.store = store
        self.now = now
    }

    /// The last that were known where the store is away; nil: none ever were.
    func current() async -> PeerInstanceCounts? {
        let asked = now()
        let last = samples.withLock { $0.last }
        if let last, last.milliseconds + InstanceCounts.freshMilliseconds > asked { return last.counts }
        let answer = await store.askBriefly { (store) throws(PeerError) in try await store.instanceCounts() }
        guard let answer else { return last?.counts }
        take(answer, at: asked)
        return answer
    }

    func take(_ counts: PeerInstanceCounts, at milliseconds: UInt64) {
        samples.withLock { samples in
            if let last = samples.last, milliseconds < last.milliseconds + InstanceCounts.freshMilliseconds { return }
            samples.removeAll { $0.milliseconds + InstanceCounts.rateMilliseconds < milliseconds }
            samples.append(Sample(counts: counts, milliseconds: milliseconds))
        }
    }

    /// Nil until two samples tell.
    var postsPerSecond: Double? {
        samples.withLock { samples in
            guard let first = samples.first, let last = samples.last, last.milliseconds > first.milliseconds else {
                return nil
            }
            let posted = last.counts.statuses > first.counts.statuses ? last.counts.statuses - first.counts.statuses : 0
            return Double(posted) * 1000 / Double(last.milliseconds - first.milliseconds)
        }
    }
}
