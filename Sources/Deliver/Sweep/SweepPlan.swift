/// Decides when to sweep: a pure function of what is pending, of time, and of how the last sweeps went.
struct SweepPlan {
    struct Load: Sendable {
        /// Deliveries taken in since the last sweep began: what a crash now would have to replay.
        var uncommittedDeliveries = 0
        /// When the oldest frame among them was taken in; nil where there is none.
        var oldestMilliseconds: UInt64?
        var pendingDeliveries = 0
        var pendingMailboxes = 0
        var pendingBytes = 0
    }

    enum Reason: Sendable, Hashable {
        /// The oldest has waited long enough.
        case age
        /// Memory is half used.
        case memory
        /// More would take too long to replay.
        case replay
    }

    /// No interval is longer, whatever the configuration and slow disks say.
    static let intervalMillisecondsMax: UInt64 = 60_000
    /// A sweep may take this share of the time at most, unless memory or replay press.
    static let restPerSweep: UInt64 = 4

    private let configuration: DeliverConfiguration
    var sweepIntervalMilliseconds: Int
    /// Deliveries a second that this worker has written in its sweeps, smoothed.
    private(set) var deliveriesPerSecond = 100_000.0
    private var lastTookMilliseconds: UInt64 = 0
    private var failures = 0
    private var notBefore: UInt64 = 0

    init(_ configuration: DeliverConfiguration) {
        self.configuration = configuration
        sweepIntervalMilliseconds = configuration.sweepIntervalMilliseconds
    }

    /// Whether to sweep now, and why.
    func reason(_ load: Load, now: UInt64) -> Reason? {
        guard now >= notBefore else { return nil }
        // Also in the middle of the first frame, which waits for room.
        if load.pendingDeliveries * 2 >= configuration.pendingDeliveriesMax { return .memory }
        if load.pendingBytes * 2 >= configuration.pendingBytesMax { return .memory }
        guard let oldest = load.oldestMilliseconds else { return nil }
        let replayable = deliveriesPerSecond * Double(configuration.replayMilliseconds) / 1_000
        if Double(load.uncommittedDeliveries) >= replayable { return .replay }
        return now >= oldest + interval(load) ? .age : nil
    }

    private func interval(_ load: Load) -> UInt64 {
        let small = load.pendingMailboxes <= configuration.smallSweepMailboxes
        let wanted = small ? configuration.smallSweepIntervalMilliseconds : sweepIntervalMilliseconds
        return min(max(UInt64(max(wanted, 0)), lastTookMilliseconds * Self.restPerSweep), Self.intervalMillisecondsMax)
    }

    mutating func succeeded(deliveries: Int, tookMilliseconds: UInt64) {
        failures = 0
        notBefore = 0
        lastTookMilliseconds = tookMilliseconds
        // Small sweeps consist of their sync and say nothing about how fast a replay would be.
        guard deliveries >= 10_000 else { return }
        let rate = Double(deliveries) * 1_000 / Double(max(tookMilliseconds, 1))
        deliveriesPerSecond = min(max(deliveriesPerSecond * 0.7 + rate * 0.3, 10_000), 2_000_000)
    }

    /// Waits longer after every failure, 30 s at most; `jitter` (0 to 1) keeps workers apart.
    mutating func failed(now: UInt64, jitter: Double) {
        failures += 1
        let backoff = min(30_000, 500 << min(failures, 6))
        notBefore = now + UInt64(Double(backoff) * (0.75 + jitter / 2))
    }
}
