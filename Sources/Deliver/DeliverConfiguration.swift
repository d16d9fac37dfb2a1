public import HashRing
public import StatuscastModel
public import Wire

/// Everything that a delivery worker can be told, with all its defaults.
public struct DeliverConfiguration: Sendable {
    public var lane: Lane
    public var sharedDirectory: String
    /// How many partitions the cluster has; the worker takes every lease that it can get.
    public var partitions: PartitionCount
    /// Where fronts reach this worker; it stands in the lock files of its leases.
    public var listen: WireAddress
    /// The partitions that this worker competes for; all of them unless an operator splits a lane by hand.
    public var wantedPartitions: [PartitionIndex]?

    /// Nothing accepted waits longer than this for its sweep, as long as sweeps succeed.
    public var sweepIntervalMilliseconds = 15_000
    /// A sweep of at most `smallSweepMailboxes` is cheap and starts this long after its first delivery.
    public var smallSweepIntervalMilliseconds = 2_000
    public var smallSweepMailboxes = 1_000
    /// A sweep starts when more than this would have to be replayed after a crash.
    public var replayMilliseconds = 15_000
    /// Consumption stops while this much is pending, and a sweep starts at half of it.
    public var pendingDeliveriesMax = 4_000_000
    public var pendingBytesMax = 256 << 20
    /// Nothing is fetched while more dead letters wait to be written.
    public var deadLetterBytesMax = 32 << 20
    /// Deliveries of one fan-out before others have their turn.
    public var quantum = 1_000
    /// Fan-outs that wait for their authors' next turns, about 100 bytes each; nothing is fetched while there are more.
    public var fanOutsMax = 20_000
    public var fetchBytes = 4 << 20
    /// Receipts that the book of one partition holds, 40 bytes each; 0: none are kept.
    public var receiptsKept = 16_384
    /// Statuses whose receipts may wait for a sweep, about 60 bytes each; more are not counted.
    public var receiptsWaitingMax = 500_000
    public var writerThreads = 2
    /// Mailboxes that somebody watches are written this long after their first new record, with what came meanwhile.
    public var watchedDelayMilliseconds = 3
    public var leaseRetryMilliseconds = 1_000
    /// What a shutdown may still flush takes at most this long; the rest is left to the next holder.
    public var drainMilliseconds = 2_000
    public var watchLimits = WatchLimits()
    public var hooks = DeliverHookSettings()

    public init(lane: Lane, sharedDirectory: String, partitions: PartitionCount, listen: WireAddress) {
        self.lane = lane
        self.sharedDirectory = sharedDirectory
        self.partitions = partitions
        self.listen = listen
    }

    public var mailboxDirectory: String { sharedDirectory + "/mailboxes" }
    public var deadLetterDirectory: String { sharedDirectory + "/dead-letters" }
}

/// Bounds of what fronts may ask a worker to remember.
public struct WatchLimits: Sendable, Hashable {
    public var watchers = 256
    public var addressesPerWatcher = 100_000
    /// A watcher that has not been heard of for this long is forgotten.
    public var expiryMilliseconds: UInt64 = 5 * 60_000
    /// A long poll is answered after this long, whatever it asked for.
    public var waitMilliseconds: UInt32 = 60_000

    public init() {}
}
