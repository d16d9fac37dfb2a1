import Foundation
import Measuring

/// What the sweeps of one phase made durable, and when each of them began.
///
/// A sweep makes durable what the worker had taken in before the sweep began, all at once at its end. So the deliveries
/// between the beginnings of two sweeps, over the time between these beginnings, are the rate at which deliveries were
/// taken in and made durable, whatever the pause between sweeps is. Counting from end to end would mix in how long the
/// sweeps took, counting to the last delivery the idle wait for the last sweep.
struct SweepHistory: Sendable {
    struct Counters: Sendable {
        var synced: Double
        var sweeps: Double
        /// Seconds spent in sweeps.
        var seconds: Double
    }

    struct Sweep: Sendable {
        let beganAt: ContinuousClock.Instant
        let endedAt: ContinuousClock.Instant
        /// Deliveries durable at its end, since the beginning of the phase.
        let synced: Double
    }

    let startedAt: ContinuousClock.Instant
    private(set) var sweeps: [Sweep] = []
    private let start: Counters
    private var last: Counters

    init(start: Counters, at instant: ContinuousClock.Instant) {
        self.start = start
        startedAt = instant
        last = start
    }

    /// Takes a look at the counters; true where a sweep has ended that synced something.
    mutating func add(_ counters: Counters, at instant: ContinuousClock.Instant) -> Bool {
        // The count moves with the time, after `synced`: until it does, the sweep is not over.
        guard counters.sweeps > last.sweeps else { return false }
        defer { last = counters }
        guard counters.synced > last.synced else { return false }
        sweeps.append(
            Sweep(
                beganAt: instant - .seconds(counters.seconds - last.seconds), endedAt: instant,
                synced: counters.synced - start.synced))
        return true
    }

    var synced: Double { sweeps.last?.synced ?? 0 }

    /// Deliveries a second from the beginning of the phase's first sweep to that of the last sweep that began before
    /// `end`; nil where fewer than three sweeps fall into the phase.
    func sustained(until end: ContinuousClock.Instant) -> Double? {
        let inside = sweeps.filter { $0.beganAt <= end }
        guard inside.count > 2, let first = inside.first, let last = inside.last else { return nil }
        return (last.synced - first.synced) / first.beganAt.seconds(to: last.beganAt)
    }
}
