public import CanonicalStore
public import HashRing
public import Wire

/// What the store role must know. Counts of shards and partitions are the cluster's and never change.
public struct StoreConfiguration: Sendable {
    /// Holds the SQLite files; a local disk, unless `journal` says otherwise.
    public var storeDirectory: String
    /// Leases and node numbers.
    public var sharedDirectory: String
    /// Of the topic `accepted`.
    public var partitions: PartitionCount
    /// Also the number of partitions of the topic `accounts`.
    public var userShards: Int
    public var messageShards: Int
    /// Where the role is reached; with port 0 a free one is taken and told through the lease.
    public var listen: WireAddress
    public var journal: StoreJournal
    /// What deriving a key from a password costs.
    public var passwords: PasswordHash.Parameters
    /// How long to wait for a lease that another process still holds, before giving up.
    public var leaseWaitMilliseconds = 10_000
    /// Bytes fetched from a topic at once; also about what one transaction holds.
    public var batchBytes = 4 << 20
    /// Changes that may wait to be judged; more are answered `.unavailable`.
    public var waitingChangesMax = 4096
    /// Passwords that may wait for their key; more are answered `.unavailable`.
    public var waitingPasswordsMax = 64

    public init(
        storeDirectory: String, sharedDirectory: String, partitions: PartitionCount = .default, userShards: Int = 1,
        messageShards: Int = 1, listen: WireAddress, journal: StoreJournal = .writeAheadLog,
        passwords: PasswordHash.Parameters = .standard
    ) {
        self.storeDirectory = storeDirectory
        self.sharedDirectory = sharedDirectory
        self.partitions = partitions
        self.userShards = userShards
        self.messageShards = messageShards
        self.listen = listen
        self.journal = journal
        self.passwords = passwords
    }
}
