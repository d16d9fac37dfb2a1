internal import DeadLetters
internal import DurableFiles
internal import Lease
internal import Mailbox
public import Logging
public import NIOCore
internal import HashRing
internal import Peers
public import Queue
public import ServiceLifecycle
internal import SocialGraph
internal import StatuscastModel
internal import SystemClock
internal import Wire

/// The delivery worker of one lane: reads the lane's topic, finds the followers, and appends each record to every
/// mailbox it is for. The queue is its write-ahead log: what it holds in memory comes again after a crash.
///
/// Any number of workers of a lane may run; each partition is consumed by the one that holds its lease. A graceful
/// shutdown flushes what fits in `drainMilliseconds` and releases the leases; cancelling `run` instead leaves everything
/// as a crash would, but for the locks.
public final class DeliverRole: Service {
    private let configuration: DeliverConfiguration
    private let queue: any Queue
    private let lookups: RecipientLookups
    private let group: any EventLoopGroup
    private let logger: Logger
    private let board: DeliveryBoard
    /// Instead of the mailboxes' files, for tests.
    private let replacement: (any BundleWriting)?
    /// Beyond the built-in ones, for tests.
    private let moreHooks: [any DeliveryHook]

    /// Somebody else runs `lookups`, for as long as this runs.
    public convenience init(
        configuration: DeliverConfiguration, queue: any Queue, lookups: RecipientLookups, group: any EventLoopGroup,
        logger: Logger
    ) {
        self.init(
            configuration: configuration, queue: queue, lookups: lookups, group: group, logger: logger, writer: nil)
    }

    init(
        configuration: DeliverConfiguration, queue: any Queue, lookups: RecipientLookups, group: any EventLoopGroup,
        logger: Logger, writer: (any BundleWriting)?, moreHooks: [any DeliveryHook] = []
    ) {
        self.lookups = lookups
        replacement = writer
        self.moreHooks = moreHooks
        self.configuration = configuration
        self.queue = queue
        self.group = group
        var logger = logger
        logger[metadataKey: "lane"] = "\(configuration.lane)"
        self.logger = logger
        board = DeliveryBoard(DeliveryState(configuration, startUnixMicroseconds: UnixClock.microseconds()))
    }

    public var health: DeliverHealth { board.withState { $0.health } }

    /// Replaces the configuration's interval from the next look at what waits.
    public func setSweepInterval(milliseconds: Int) {
        board.withState { $0.sweepIntervalMilliseconds = milliseconds }
    }

    /// Runs once. Throws when it cannot start (the address is taken, the mailboxes' directory cannot be made) and when
    /// the queue is closed for good.
    public func run() async throws {
        let parts = try await makeParts()
        defer { parts.stopThreads() }
        var router = WireRouter()
        router.register(MailboxEndpoint.methods, MailboxEndpoint(service: MailboxHolder(parts)))
        let server = try await WireServer.start(address: configuration.listen, handler: router, group: group)
        let sweeper = Sweeper(parts)
        let outcome = await work(parts, sweeper, address: server.address)
        board.stopPolls()
        if Task.isCancelled { await release(parts) { $0.abandon() } } else { await drain(parts, sweeper) }
        await server.stop(graceMilliseconds: 100)
        try outcome.get()
    }

    private func makeParts() async throws -> DeliverParts {
        let configuration = self.configuration
        let name = "dl-\(configuration.lane.rawValue.prefix(4))"
        let leaseThreads = FileThreads(name: name + "-lease", count: 4)
        let writer = try await leaseThreads.run { [replacement] () throws(MailboxError) -> any BundleWriting in
            if let replacement { return replacement }
            return try BundleWriter(root: configuration.mailboxDirectory, lane: configuration.lane.rawValue)
        }
        let metrics = DeliverMetrics(lane: configuration.lane.rawValue)
        let chain = DeliveryHooks.builtIn(configuration.hooks) + moreHooks
        // So that what has hidden nothing yet shows as 0.
        for hook in chain { metrics.hidden(0, by: hook.name) }
        let hooks = DeliveryHooks(chain) { hook, count in
            metrics.hidden(count, by: hook)
        }
        return DeliverParts(
            configuration: configuration, queue: queue, board: board, writer: writer,
            deadLetters: DeadLetterBox(directory: configuration.deadLetterDirectory)
                .file("deliver-\(configuration.lane)"),
            receipts: ReceiptWriter(configuration, logger: logger), lookups: lookups.follower,
            hooks: hooks, metrics: metrics, logger: logger,
            // Where there is too little of the processor, timelines get later before posting does.
            sweepThreads: FileThreads(
                name: name + "-sweep", count: max(configuration.writerThreads, 4), givesWay: true),
            promptThreads: FileThreads(name: name + "-now", count: 2), leaseThreads: leaseThreads)
    }

    /// Until a shutdown is asked for, the task is cancelled, or the queue ends.
    private func work(_ parts: DeliverParts, _ sweeper: Sweeper, address: WireAddress) async -> Result<Void, any Error>
    {
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        var keeper = LeaseKeeper(parts, address: address, files: PosixFileSystem())
                        try await keeper.run()
                    }
                    group.addTask {
                        var intake = Intake(parts)
                        try await intake.run()
                    }
                    group.addTask { await PromptWriting(parts: parts).run() }
                    group.addTask { await WatcherExpiry(board: parts.board).run() }
                    group.addTask { await sweeper.run() }
                    try await group.next()
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
            return .success(())
        } catch is CancellationError {
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func drain(_ parts: DeliverParts, _ sweeper: Sweeper) async {
        await sweeper.drain(deadline: MonotonicClock.milliseconds() + UInt64(max(configuration.drainMilliseconds, 0)))
        await release(parts) { $0.close() }
    }

    /// Gives all partitions up, then waits until nobody writes any more, and only then lets the leases go.
    private func release(_ parts: DeliverParts, _ body: @escaping @Sendable (Lease) -> Void) async {
        let leases = board.withState { Array($0.tenures.keys) }.compactMap { board.drop($0)?.lease }
        await board.barrier()
        await withTaskGroup { group in
            for lease in leases { group.addTask { await parts.leaseThreads.run { body(lease) } } }
        }
    }
}
