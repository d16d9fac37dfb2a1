internal import HashRing
internal import Lease
internal import Queue
internal import StatuscastModel

/// Everything that a delivery worker knows, behind the one lock of `DeliveryBoard`. No files, no waiting.
struct DeliveryState {
    let configuration: DeliverConfiguration
    /// Of the configuration, until somebody sets another.
    var sweepIntervalMilliseconds: Int
    var pending = PendingDeliveries()
    var tenures: [PartitionIndex: Tenure] = [:]
    var watchers: Watchers
    var versions: MailboxVersions
    /// Leases that the intake does not yet read, and those that it must not read any more.
    var toAdopt: [PartitionIndex] = []
    var toRemove: [PartitionIndex] = []
    /// Whether a bundle was written that no sync has covered.
    var unsyncedDeliveries = 0
    var trouble: String?
    var receipts: ReceiptCounts
    /// Deliveries and the time of the oldest frame since the last sweep began.
    var uncommittedDeliveries = 0
    var oldestMilliseconds: UInt64?

    init(_ configuration: DeliverConfiguration, startUnixMicroseconds: UInt64) {
        self.configuration = configuration
        sweepIntervalMilliseconds = configuration.sweepIntervalMilliseconds
        receipts = ReceiptCounts(statusesMax: configuration.receiptsWaitingMax)
        watchers = Watchers(limits: configuration.watchLimits, start: startUnixMicroseconds)
        versions = MailboxVersions(startUnixMicroseconds: startUnixMicroseconds)
    }

    /// Nothing new is fetched.
    var isAtLimit: Bool {
        pending.deliveries >= configuration.pendingDeliveriesMax || pending.bytes >= configuration.pendingBytesMax
    }

    /// Nothing is expanded until a sweep has made room. It makes none of records that only waiting fan-outs hold: those
    /// go by being expanded, so that one round of turns always may be pending.
    var isFull: Bool {
        let round = configuration.quantum * Intake.turnsPerRound
        return isAtLimit && pending.deliveries >= min(round, configuration.pendingDeliveriesMax)
    }

    var load: SweepPlan.Load {
        SweepPlan.Load(
            uncommittedDeliveries: uncommittedDeliveries, oldestMilliseconds: oldestMilliseconds,
            pendingDeliveries: pending.deliveries, pendingMailboxes: pending.mailboxes, pendingBytes: pending.bytes)
    }

    var health: DeliverHealth {
        DeliverHealth(
            heldPartitions: tenures.count, catchingUp: tenures.values.count { !$0.isCaughtUp },
            pendingDeliveries: pending.deliveries, trouble: trouble)
    }

    // MARK: Tenures

    mutating func install(_ tenure: Tenure, of partition: PartitionIndex) {
        tenures[partition] = tenure
        pending.terms[partition] = tenure.lease.term
        toAdopt.append(partition)
    }

    /// Forgets a partition and what is pending for it; its next holder replays it from the queue.
    /// Returns the holding, and the watchers that lost something.
    mutating func drop(_ partition: PartitionIndex) -> (Tenure, watchers: [UInt64])? {
        guard let tenure = tenures.removeValue(forKey: partition) else { return nil }
        pending.drop(partition)
        receipts.drop(partition)
        pending.terms[partition] = nil
        toAdopt.removeAll { $0 == partition }
        toRemove.append(partition)
        let partitions = configuration.partitions
        let lost = watchers.lose { partitions.partition(of: $0) == partition }
        for address in lost.gone { pending.setWatched(address, false) }
        return (tenure, lost.watchers)
    }

    // MARK: Intake

    /// A frame's items are pending, but for `fanOuts` that follow.
    mutating func tookIn(
        _ partition: PartitionIndex, _ stream: StreamID, _ number: UInt64, fanOuts: Int, deliveries: Int, now: UInt64
    ) {
        tenures[partition]?.progress.tookIn(stream, number, fanOuts: fanOuts)
        tenures[partition]?.noteProgress()
        uncommittedDeliveries += deliveries
        if oldestMilliseconds == nil { oldestMilliseconds = now }
    }

    mutating func finished(_ fanOut: FanOut) {
        pending.releaseRecord(fanOut.record)
        guard tenures[fanOut.partition]?.serial == fanOut.serial else { return }
        tenures[fanOut.partition]?.progress.finishedFanOut(fanOut.stream, fanOut.number)
        tenures[fanOut.partition]?.noteProgress()
    }

    // MARK: Sweeps

    /// Notes the cursors of what is expanded completely, and takes what is pending into the sweep, at one moment.
    mutating func beginSweep() -> (cursors: [PartitionIndex: NotedCursor], deliveries: Int, oldest: UInt64?) {
        pending.beginSweep()
        receipts.beginSweep()
        defer {
            uncommittedDeliveries = 0
            // A fan-out that is under way keeps its frame uncommitted: the clock goes on for it.
            oldestMilliseconds = tenures.values.contains { $0.progress.hasOpenFrames } ? oldestMilliseconds : nil
        }
        let noted = tenures.compactMapValues { tenure -> NotedCursor? in
            guard tenure.progress.expanded != tenure.committed else { return nil }
            return NotedCursor(lease: tenure.lease, serial: tenure.serial, cursor: tenure.progress.expanded)
        }
        return (noted, uncommittedDeliveries, oldestMilliseconds)
    }

    /// What a sweep could not finish counts again.
    mutating func takeBack(deliveries: Int, oldest: UInt64?) {
        uncommittedDeliveries += deliveries
        oldestMilliseconds = oldest ?? oldestMilliseconds
    }

    mutating func committed(_ partition: PartitionIndex, _ noted: NotedCursor) {
        guard tenures[partition]?.serial == noted.serial else { return }
        tenures[partition]?.committed = noted.cursor
    }
}

/// The rest of an item whose author has more followers in the partition than one quantum.
struct FanOut {
    let record: UInt32
    /// The record's id, and what its attempt is counted under.
    let status: UInt64
    let tag: UInt32
    let author: AccountID
    /// Nil: no hook is asked.
    let hooked: HookedItem?
    let partition: PartitionIndex
    let serial: UInt64
    let stream: StreamID
    let number: UInt64
    /// The follower's number to go on from.
    var from: UInt32
}
