internal import CoreMetrics
internal import DeadLetters
internal import DurableFiles
internal import HashRing
internal import Lease
internal import Logging
internal import Queue
internal import StatuscastModel
internal import SystemClock

/// Writes what is pending and moves the cursors: note the cursors, write every mailbox that has something from before as
/// one bundle each, make that durable, then the cursors beside the leases, then the queue's.
///
/// One sweep at a time. Whatever stops a sweep leaves its rest pending and its partitions uncommitted.
actor Sweeper {
    static let tickMilliseconds: UInt64 = 50
    /// Cursor files are a second line behind the queue's own memory of commits: they may be older than it.
    static let cursorFileMilliseconds: UInt64 = 30_000

    let configuration: DeliverConfiguration
    let queue: any Queue
    let board: DeliveryBoard
    let writer: any BundleWriting
    private let deadLetters: DeadLetterFile
    private let lane: Lane
    let receipts: ReceiptWriter
    let threads: FileThreads
    private let metrics: DeliverMetrics
    let logger: Logger
    var plan: SweepPlan
    /// When the cursor file of a partition was written last, and in which holding.
    var cursorFiles: [PartitionIndex: (serial: UInt64, saved: UInt64)] = [:]
    private var conflictsReported = 0

    init(_ parts: DeliverParts) {
        configuration = parts.configuration
        queue = parts.queue
        board = parts.board
        writer = parts.writer
        deadLetters = parts.deadLetters
        lane = parts.configuration.lane
        receipts = parts.receipts
        threads = parts.sweepThreads
        metrics = parts.metrics
        logger = parts.logger
        plan = SweepPlan(parts.configuration)
    }

    /// Sweeps when the plan says so, until cancelled.
    func run() async {
        while !Task.isCancelled {
            let now = MonotonicClock.milliseconds()
            let (load, conflicts, interval) = board.withState {
                ($0.load, $0.pending.table.conflicts, $0.sweepIntervalMilliseconds)
            }
            plan.sweepIntervalMilliseconds = interval
            metrics.pending.record(load.pendingDeliveries)
            report(conflicts)
            if let reason = plan.reason(load, now: now) {
                logger.debug("sweep", metadata: ["reason": "\(reason)", "mailboxes": "\(load.pendingMailboxes)"])
                await sweep(deadline: nil)
            }
            // A tick, and no condition: ages make a sweep due as much as amounts, which change with every delivery; to
            // look a few times in a second costs less than to be told each time.
            try? await Task.sleep(for: .milliseconds(Self.tickMilliseconds))
        }
    }

    private func report(_ conflicts: Int) {
        guard conflicts > conflictsReported else { return }
        let count = conflicts - conflictsReported
        conflictsReported = conflicts
        metrics.conflicts.increment(by: count)
        logger.error("records with an id that another record has; all are delivered", metadata: ["count": "\(count)"])
    }

    /// The last sweep of a shutdown: what fits before the deadline, partition by partition.
    func drain(deadline: UInt64) async { await sweep(deadline: deadline) }

    private func sweep(deadline: UInt64?) async {
        let started = MonotonicClock.milliseconds()
        let begun = board.withState { state in
            let begun = state.beginSweep()
            if deadline != nil { state.pending.orderSweepByPartition() }
            return begun
        }
        let run = SweepRun(board: board, writer: writer, metrics: metrics, deadline: deadline)
        await write(run)
        let left = board.withState { $0.pending.endSweep() }
        let durable = await makeDurable(run)
        if case .failure(.syncFailed(let reason)) = durable {
            metrics.failedSyncs.increment()
            return await giveUpEverything(reason)
        }
        var trouble = run.stop
        var committed = false
        switch durable {
        case .failure(let failure): trouble = failure
        case .success:
            // Before the commit: a process that is killed in between counts again what it delivers again.
            let entries = board.withState { $0.receipts.endSweep(but: left) }
            await threads.run { [receipts] in receipts.write(entries) }
            committed = await commit(begun.cursors.filter { !left.contains($0.key) }, isLast: deadline != nil)
        }
        let took = MonotonicClock.milliseconds() - started
        note(run, begun.deliveries, begun.oldest, took, trouble, succeeded: trouble == nil && committed && left.isEmpty)
    }

    private func write(_ run: SweepRun) async {
        repeat {
            await withTaskGroup { group in
                for _ in 0..<max(configuration.writerThreads, 1) {
                    group.addTask { [threads] in await threads.run { run.drain() } }
                }
            }
            settleFailures(of: run)
            // Others (a freshen, a watched mailbox) may have taken something from before, and may give it back.
            await board.barrier()
        } while !run.isOver && !board.withState { $0.pending.sweepIsDrained }
    }

    private func settleFailures(of run: SweepRun) {
        let (failed, isGeneral) = run.takeFailed()
        guard !failed.isEmpty else { return }
        guard !isGeneral else { return board.giveBack(written: [], failed: failed.map(\.claim)) }
        let now = UnixClock.milliseconds()
        for (claim, reason) in failed {
            let records = board.withState { $0.pending.recordsByID(of: claim) }
            for (id, bytes) in records {
                deadLetters.add(
                    DeadLetter(
                        stage: "deliver", topic: lane.topic, lane: lane.rawValue, partition: claim.partition.rawValue,
                        address: claim.address.description, id: id, content: .record, reason: reason,
                        unixMilliseconds: now, bytes: bytes))
            }
            board.withState { state in
                for (id, _) in records { state.receipts.failed(claim.partition, status: id) }
            }
            metrics.deadLetters.increment(by: records.count)
            logger.error(
                "mailbox cannot be written; its records are in the dead letters",
                metadata: ["address": "\(claim.address)", "records": "\(records.count)", "reason": "\(reason)"])
        }
        board.giveUp(failed.map(\.claim))
    }

    /// Everything written so far, and the dead letters.
    private func makeDurable(_ run: SweepRun) async -> Result<Void, BundleFailure> {
        if let stop = run.stop, case .syncFailed = stop { return .failure(stop) }
        let unsynced = board.withState { state in
            defer { state.unsyncedDeliveries = 0 }
            return state.unsyncedDeliveries
        }
        if unsynced > 0 {
            metrics.syncs.increment()
            let start = MonotonicClock.nanoseconds()
            let result = await threads.run { [writer] in writer.sync() }
            metrics.syncTime.recordNanoseconds(Int64(MonotonicClock.nanoseconds() - start))
            if case .failure = result {
                board.withState { $0.unsyncedDeliveries += unsynced }
                return result
            }
            metrics.synced.increment(by: unsynced)
        }
        do throws(FileError) {
            try await threads.run { [deadLetters] () throws(FileError) in try deadLetters.flush() }
            return .success(())
        } catch {
            return .failure(.stopped("dead letters cannot be written: \(error)"))
        }
    }

    private func note(
        _ run: SweepRun, _ deliveries: Int, _ oldest: UInt64?, _ took: UInt64, _ trouble: BundleFailure?,
        succeeded: Bool
    ) {
        metrics.sweeps.increment()
        metrics.sweepTime.recordMilliseconds(Int64(took))
        metrics.written(bundles: run.bundles, deliveries: run.deliveries)
        if succeeded {
            plan.succeeded(deliveries: run.deliveries, tookMilliseconds: took)
            board.withState { $0.trouble = nil }
            return
        }
        plan.failed(now: MonotonicClock.milliseconds(), jitter: .random(in: 0...1))
        var reason = "the queue does not take commits"
        if case .stopped(let text)? = trouble { reason = text }
        if run.isLate { reason = "the shutdown did not leave enough time" }
        board.withState { state in
            state.takeBack(deliveries: deliveries, oldest: oldest)
            state.trouble = reason
        }
        logger.warning("the sweep is not complete; the rest stays pending", metadata: ["reason": "\(reason)"])
    }
}
