internal import CoreMetrics
internal import Synchronization

/// A counter that only grows.
final class PrometheusCounter: CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }
    var current: Int64 { value.load(ordering: .relaxed) }
}

/// A value that is set and that may go up and down.
final class PrometheusGauge: RecorderHandler, MeterHandler {
    private let bits = Atomic<UInt64>(Double(0).bitPattern)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    var current: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    private func add(_ amount: Double) {
        var expected = bits.load(ordering: .relaxed)
        while true {
            let wanted = (Double(bitPattern: expected) + amount).bitPattern
            let (exchanged, original) = bits.compareExchange(expected: expected, desired: wanted, ordering: .relaxed)
            if exchanged { return }
            expected = original
        }
    }
}

/// A histogram with fixed bounds; counts and sum are kept under one lock, so that a page of text is consistent.
final class PrometheusHistogram: TimerHandler, RecorderHandler {
    struct Snapshot {
        var counts: [UInt64]
        var sum: Double
    }

    let bounds: [Double]
    private let state: Mutex<Snapshot>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(Snapshot(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    var current: Snapshot { state.withLock { $0 } }
}
