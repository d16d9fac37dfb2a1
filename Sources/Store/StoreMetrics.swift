internal import CanonicalStore
internal import Metrics

/// What the role counts; `topic` is `accounts` or `accepted`.
struct StoreMetrics: Sendable {
    let applied: Counter
    let repeated: Counter
    let conflicts: Counter
    let deadLetters: Counter
    let quarantined: Counter
    let retries: Counter
    let batch: Timer

    init(topic: String) {
        func counter(_ noun: String) -> Counter {
            Counter(label: "statuscast_store_\(noun)_total", dimensions: [("topic", topic)])
        }
        applied = counter("facts_applied")
        repeated = counter("facts_repeated")
        conflicts = counter("facts_conflicting")
        deadLetters = counter("dead_letters")
        quarantined = counter("frames_quarantined")
        retries = counter("batch_retries")
        batch = Timer(label: "statuscast_store_batch_seconds", dimensions: [("topic", topic)])
    }

    func count(_ counts: AppliedCounts) {
        applied.increment(by: counts.applied)
        repeated.increment(by: counts.repeated)
        conflicts.increment(by: counts.conflicts.count)
    }
}
