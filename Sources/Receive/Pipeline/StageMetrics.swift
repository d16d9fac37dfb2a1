internal import Metrics

/// What one stage counts. Created once; every call is cheap and may come from anywhere.
struct StageMetrics: Sendable {
    private let stage: String
    private let held: HeldPartitions
    private let items: Counter
    private let undecodable: Counter
    private let quarantined: Counter
    private let retries: Counter
    private let lostRouteFrames: Counter
    private let staleTerms: Counter
    private let partitions: Gauge
    private let batch: Timer

    init(stage: String, held: HeldPartitions) {
        self.stage = stage
        self.held = held
        let dimensions = [("stage", stage)]
        items = Counter(label: "statuscast_receive_items_total", dimensions: dimensions)
        undecodable = Counter(
            label: "statuscast_receive_put_aside_total", dimensions: dimensions + [("reason", "undecodable")])
        quarantined = Counter(
            label: "statuscast_receive_put_aside_total", dimensions: dimensions + [("reason", "quarantined")])
        retries = Counter(label: "statuscast_receive_append_retries_total", dimensions: dimensions)
        lostRouteFrames = Counter(label: "statuscast_receive_lost_route_frames_total", dimensions: dimensions)
        staleTerms = Counter(label: "statuscast_receive_leases_lost_total", dimensions: dimensions)
        partitions = Gauge(label: "statuscast_receive_held_partitions", dimensions: dimensions)
        batch = Timer(label: "statuscast_receive_batch_seconds", dimensions: dimensions)
    }

    func handled(items count: Int, in duration: Duration) {
        items.increment(by: count)
        batch.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    func putAsideUndecodable() { undecodable.increment() }
    func passedQuarantined() { quarantined.increment() }
    func retried() { retries.increment() }
    func droppedRouteFrames(_ count: Int) { lostRouteFrames.increment(by: count) }
    func lostLease() { staleTerms.increment() }
    func holds(_ count: Int) {
        partitions.record(count)
        held.set(count, stage: stage)
    }
}
