public import DurableFiles
public import Logging
public import Queue
public import ServiceLifecycle
internal import SocialGraph
internal import StatuscastModel

/// Judges what the fronts accepted, spreads it to the delivery lanes, and notifies those who are followed.
///
/// Any number may run at once, on any number of machines: they share the partitions by leases. It ends within two
/// seconds of a graceful shutdown, after the batches under way, or with the queue's error when the queue is closed.
/// Can be killed at any moment: what was not committed is done again by whoever comes next.
public final class ReceiveRole: Service {
    private let configuration: ReceiveConfiguration
    private let queue: any Queue
    private let logger: Logger
    private let files: any FileSystem
    private let held = HeldPartitions()

    public init(
        configuration: ReceiveConfiguration, queue: any Queue, logger: Logger, files: any FileSystem = PosixFileSystem()
    ) {
        self.configuration = configuration
        self.queue = queue
        self.logger = logger
        self.files = files
    }

    public var health: ReceiveHealth { ReceiveHealth(heldPartitions: held.byStage) }

    public func run() async throws {
        let stop = StopSignal()
        let stageFiles = StageFiles(
            sharedDirectory: configuration.sharedDirectory, address: configuration.address, files: files,
            threadCount: configuration.fileThreads)
        defer { stageFiles.stop() }
        let context = StageContext(
            configuration: configuration, queue: queue, files: stageFiles, stop: stop, held: held, logger: logger)
        let snapshotThreads = FileThreads(name: "rc-snap", count: 1)
        defer { snapshotThreads.stop() }
        let authors = AuthorDirectory(partitions: configuration.partitions)
        let snapshots = SnapshotDirectory(
            sharedDirectory: configuration.sharedDirectory, scope: authors.snapshotScope, files: files)
        let accounts = AccountsFollower(
            authors, queue: queue, partitions: configuration.accountsPartitions,
            snapshots: LookupSnapshots(directory: snapshots, threads: snapshotThreads), logger: logger)
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await run(context, accounts)
        } onCancelOrGracefulShutdown: {
            stop.request()
        }
    }

    private func run(_ context: StageContext, _ accounts: AccountsFollower<AuthorDirectory>) async throws {
        try await withThrowingTaskGroup { following in
            following.addTask { await accounts.run() }
            // The look-up goes on until the last stage has ended, for they wait for it.
            defer { following.cancelAll() }
            try await withThrowingTaskGroup { stages in
                stages.addTask { try await Self.run(JudgeStage(context: context, accounts: accounts), context) }
                for lane in Lane.all {
                    stages.addTask {
                        try await Self.run(SpreadStage(lane: lane, context: context, accounts: accounts), context)
                    }
                }
                stages.addTask { try await Self.run(NotifyStage(context: context, accounts: accounts), context) }
                try await stages.waitForAll()
            }
        }
    }

    private static func run(_ stage: some Stage, _ context: StageContext) async throws {
        var loop = StageLoop(stage, context: context)
        try await loop.run()
    }
}
