public import DurableFiles
public import Logging
public import Queue
public import ServiceLifecycle
internal import SocialGraph
internal import StatuscastModel
internal import Synchronization

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
    private let termList = Mutex<TermListFile?>(nil)
    private let spam: LiveSpamRules

    public init(
        configuration: ReceiveConfiguration, queue: any Queue, logger: Logger, files: any FileSystem = PosixFileSystem()
    ) {
        self.configuration = configuration
        spam = LiveSpamRules(configuration.hooks)
        self.queue = queue
        self.logger = logger
        self.files = files
    }

    public var health: ReceiveHealth { ReceiveHealth(heldPartitions: held.byStage) }

    /// Takes over the rules of the spam filter, which hold from the next status on, and reads the operator's list of
    /// words and links again, on a thread of its own. Other settings stay as they are.
    public func reload(_ hooks: ReceiveHookSettings) {
        spam.take(hooks)
        guard let list = termList.withLock({ $0 }) else { return }
        startThread(name: "list-reload") { list.reload() }
    }

    /// Throws where the list of words and links cannot be read.
    public func run() async throws {
        let stop = StopSignal()
        let stageFiles = StageFiles(
            sharedDirectory: configuration.sharedDirectory, address: configuration.address, files: files,
            threadCount: configuration.fileThreads)
        defer { stageFiles.stop() }
        let list = try await stageFiles.openTermList(configuration.hooks.termListPath, logger: logger)
        termList.withLock { $0 = list }
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
            try await run(context, accounts, list)
        } onCancelOrGracefulShutdown: {
            stop.request()
        }
    }

    private func run(
        _ context: StageContext, _ accounts: AccountsFollower<AuthorDirectory>, _ list: TermListFile?
    ) async throws {
        try await withThrowingTaskGroup { following in
            following.addTask { await accounts.run() }
            if let list { following.addTask { await Self.watch(list, context) } }
            // The look-up goes on until the last stage has ended, for they wait for it.
            defer { following.cancelAll() }
            try await withThrowingTaskGroup { stages in
                stages.addTask { [spam] in
                    let judge = JudgeStage(context: context, accounts: accounts, termList: list, spam: spam)
                    try await Self.run(judge, context)
                }
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

    private static func watch(_ list: TermListFile, _ context: StageContext) async {
        while !context.stop.isRequested, !Task.isCancelled {
            await context.stop.sleep(milliseconds: context.configuration.hooks.termListCheckMilliseconds)
            await context.files.run { list.reloadIfChanged() }
        }
    }

    private static func run(_ stage: some Stage, _ context: StageContext) async throws {
        var loop = StageLoop(stage, context: context)
        try await loop.run()
    }
}
