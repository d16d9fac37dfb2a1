internal import DurableFiles
public import HashRing
public import Logging
public import Queue
public import ServiceLifecycle
internal import SocialGraph

/// What delivery workers know of accounts: whom a status reaches, and who does not want it. Kept current from the topic
/// `accounts`, and from its newest snapshot on after a start.
///
/// The workers of one process share one, so that a process with all lanes holds the followers once. Run it beside them,
/// and longer than they run.
public final class RecipientLookups: Service {
    let follower: AccountsFollower<RecipientLookup>
    /// For the snapshots.
    private let threads = FileThreads(name: "dl-snap", count: 1)

    /// `accountsPartitions`: how many partitions the topic `accounts` has; `wantedPartitions`: those that the workers
    /// compete for, all where nil. All three are those of the workers.
    public init(
        sharedDirectory: String, partitions: PartitionCount, accountsPartitions: Int,
        wantedPartitions: [PartitionIndex]? = nil, queue: any Queue, logger: Logger
    ) {
        let wanted = wantedPartitions.map(Set.init)
        let keep: @Sendable (PartitionIndex) -> Bool = { wanted?.contains($0) ?? true }
        let lookup = RecipientLookup(
            followers: FollowerIndex(partitions: partitions, keep: keep),
            rules: RecipientRules(partitions: partitions, keep: keep))
        let directory = SnapshotDirectory(sharedDirectory: sharedDirectory, scope: lookup.snapshotScope)
        follower = AccountsFollower(
            lookup, queue: queue, partitions: accountsPartitions,
            snapshots: LookupSnapshots(directory: directory, threads: threads), logger: logger)
    }

    /// Until a shutdown is asked for or the task is cancelled. Throws when the queue is closed for good. Runs once.
    public func run() async throws {
        defer { threads.stop() }
        try await cancelWhenGracefulShutdown { [follower] in
            await follower.run()
            if !Task.isCancelled { throw QueueError(.closed, "the topic accounts has ended") }
        }
    }
}
