internal import CoreMetrics
internal import SystemClock

/// What a delivery worker counts; the only dimension is the lane.
struct DeliverMetrics: Sendable {
    let frames: Counter
    let items: Counter
    let deliveries: Counter
    let written: Counter
    /// Only these are on stable storage.
    let synced: Counter
    let bundles: Counter
    let deadLetters: Counter
    let quarantined: Counter
    let conflicts: Counter
    let sweeps: Counter
    let syncs: Counter
    let freshened: Counter
    let failedSyncs: Counter
    let lostRouteItems: Counter
    let pending: Gauge
    let partitions: Gauge
    let sweepTime: CoreMetrics.Timer
    let intakeTime: CoreMetrics.Timer
    let syncTime: CoreMetrics.Timer
    private let visibleTime: CoreMetrics.Timer
    private let lane: [(String, String)]

    init(lane: String) {
        let lane = [("lane", lane)]
        func counter(_ name: String) -> Counter { Counter(label: "statuscast_deliver_\(name)_total", dimensions: lane) }
        frames = counter("frames")
        items = counter("items")
        deliveries = counter("deliveries")
        written = counter("written_deliveries")
        synced = counter("synced_deliveries")
        bundles = counter("bundles")
        deadLetters = counter("dead_letters")
        quarantined = counter("quarantined_frames")
        conflicts = counter("conflicting_records")
        sweeps = counter("sweeps")
        syncs = counter("syncs")
        freshened = counter("freshened")
        failedSyncs = counter("failed_syncs")
        lostRouteItems = counter("lost_route_items")
        self.lane = lane
        pending = Gauge(label: "statuscast_deliver_pending_deliveries", dimensions: lane)
        partitions = Gauge(label: "statuscast_deliver_held_partitions", dimensions: lane)
        sweepTime = CoreMetrics.Timer(label: "statuscast_deliver_sweep_seconds", dimensions: lane)
        intakeTime = CoreMetrics.Timer(label: "statuscast_deliver_intake_seconds", dimensions: lane)
        syncTime = CoreMetrics.Timer(label: "statuscast_deliver_sync_seconds", dimensions: lane)
        visibleTime = CoreMetrics.Timer(label: "statuscast_deliver_visible_seconds", dimensions: lane)
    }

    /// Deliveries that a hook kept back.
    func hidden(_ count: Int, by hook: String) {
        Counter(label: "statuscast_deliver_hidden_total", dimensions: lane + [("hook", hook)]).increment(by: count)
    }

    func written(bundles count: Int, deliveries: Int) {
        bundles.increment(by: count)
        written.increment(by: deliveries)
    }

    /// The claims are in their mailbox files. The first one stands for all, so that a delivery costs nothing here.
    func visible(_ written: [BundleClaim]) {
        guard let id = written.first?.oldestID else { return }
        let now = UnixClock.milliseconds()
        visibleTime.recordMilliseconds(Int64(now - min(now, id >> 16)))
    }
}
