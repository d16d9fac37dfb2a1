public import HashRing

/// What the judge, the spread and the notify step need to know; every default is here.
public struct ReceiveConfiguration: Sendable {
    /// The shared filesystem: leases and dead letters.
    public var sharedDirectory: String
    public var partitions: PartitionCount
    /// Partitions of the topic `accounts`, one for each user shard.
    public var accountsPartitions: Int
    /// The name under which clients know this server; part of every Message-ID.
    public var host: String
    /// What the lock files of this process's leases name as its address. Nobody connects to it.
    public var address: String
    /// Authors with more followers travel in the bulk lane.
    public var bulkFollowersAbove = 10_000
    /// How long an idempotency key is remembered, by the time in status ids.
    public var idempotencyMilliseconds: UInt64 = 3_600_000
    /// Keys remembered in all partitions together, the oldest of a partition forgotten first; about 200 bytes each.
    public var idempotencyKeysMax = 500_000
    public var hooks = ReceiveHookSettings()
    /// Frames that are fetched for one batch.
    public var batchBytes = 4 << 20
    /// Frames that are appended at once; a batch that makes more is appended in parts.
    public var appendBytes = 8 << 20
    /// How often what another process leases is tried again; a quarter more or less at random.
    public var leaseRetryMilliseconds = 1_000
    /// What was handled is committed at least this often.
    public var commitMilliseconds = 100
    /// Receipts that the book of one lane and partition of the spread holds, 40 bytes each; 0: none are kept.
    public var receiptsKept = 16_384
    /// Threads for leases and dead letters.
    public var fileThreads = 8

    public init(
        sharedDirectory: String, partitions: PartitionCount = .default, accountsPartitions: Int = 1,
        host: String = "localhost:3000", address: String = "receive"
    ) {
        self.sharedDirectory = sharedDirectory
        self.partitions = partitions
        self.accountsPartitions = accountsPartitions
        self.host = host
        self.address = address
    }
}
