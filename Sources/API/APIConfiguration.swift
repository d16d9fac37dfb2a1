public import HashRing
public import Wire

/// Everything the front can be told, with its defaults.
public struct APIConfiguration: Sendable {
    /// Where HTTP is served; port 0 takes a free one.
    public var host = "127.0.0.1"
    public var port = 3000
    /// `host[:port]` under which clients know this server; part of every URL.
    public var domain: String
    /// Whether clients reach it through TLS: decides `https` or `http` in URLs.
    public var secure = false
    /// Nil: HTTP is served, and TLS is ended by something in front, if there is any.
    public var certificate: ServingCertificate?
    public var trustedProxies = TrustedProxies()
    /// The program's, for those who ask what runs here.
    public var release = "0"
    public var title = "Statuscast"
    /// What the instance endpoints say in their description.
    public var description = "A statuscast server"
    public var contactEmail = ""
    /// What may change while the front runs.
    public var live = FrontLive()

    /// The shared filesystem: mailboxes, leases, node numbers.
    public var sharedDirectory: String
    /// Of all topics but `accounts`.
    public var partitions: PartitionCount
    /// Of the topic `accounts`: one for each user shard.
    public var accountsPartitions = 1
    /// Where other fronts ask for recent statuses of this one.
    public var listen: WireAddress

    public var caches = CacheLimits()
    public var streams = StreamLimits()

    /// How long a holder of a mailbox's lease, or the store for something that a page can do without, may take.
    public var peerDeadlineMilliseconds = 300
    /// How long the store may take for what the answer is about.
    public var storeDeadlineMilliseconds = 4_000
    /// A body with files that takes longer to come is refused.
    public var uploadDeadlineMilliseconds = 30_000
    /// After a failure of a peer it is left out for so long, so that a dead one does not delay everybody.
    public var peerPauseMilliseconds = 1_000
    /// How long running requests may take after a stop was asked for.
    public var drainMilliseconds = 2_000
    /// Threads that read mailbox files.
    public var fileThreads = 4

    public init(
        host: String = "127.0.0.1", port: Int = 3000, domain: String? = nil, sharedDirectory: String,
        partitions: PartitionCount = .default, listen: WireAddress, rateLimitsEnabled: Bool = true
    ) {
        self.host = host
        self.port = port
        self.domain = domain ?? "\(host):\(port)"
        self.sharedDirectory = sharedDirectory
        self.partitions = partitions
        self.listen = listen
        live.values.rateLimitsEnabled = rateLimitsEnabled
    }

    /// The port 0 is `taken` from now on, also in URLs unless these were given another domain.
    mutating func take(port taken: Int) {
        let unbound = ":\(port)"
        if port == 0, domain.hasSuffix(unbound) { domain = domain.dropLast(unbound.count) + ":\(taken)" }
        port = taken
    }

    /// Requests by account or address and window. Windows are aligned to the clock.
    public struct RateLimits: Sendable, Hashable {
        /// All requests, by account; by address where nobody is signed in.
        public var requests = 300
        public var requestsWindowSeconds = 300
        /// Deletes of statuses, by account.
        public var deletes = 30
        public var deletesWindowSeconds = 1_800
        /// New accounts, by address.
        public var signUps = 5
        public var signUpsWindowSeconds = 1_800
        /// Attempts to sign in with a password, by the name that was given and by address.
        public var signIns = 20
        public var signInsWindowSeconds = 600
        /// Accounts and addresses remembered at a time.
        public var remembered = 100_000

        public init() {}
    }

    /// Bounds of the caches; they hold at most so much and forget what was not used for longest.
    public struct CacheLimits: Sendable, Hashable {
        public var fragmentBytes = 64 << 20
        public var pageBytes = 128 << 20
        public var mailboxRecordBytes = 64 << 20
        public var accounts = 100_000
        public var tokens = 100_000
        /// Viewers whose blocks, mutes and filters are kept.
        public var viewerRules = 100_000
        /// Statuses of which counts are kept, and by viewer what they did to them.
        public var marks = 200_000
        public var watchedMailboxes = 50_000
        public var idempotencyKeys = 100_000
        /// How long statuses posted here can be read here whatever the store does.
        public var recentMilliseconds: UInt64 = 600_000
        public var recentStatuses = 100_000
        /// Accounts older than this are asked for again when a page is put together and the store answers.
        public var accountFreshMilliseconds: UInt64 = 300_000

        public init() {}
    }
}
