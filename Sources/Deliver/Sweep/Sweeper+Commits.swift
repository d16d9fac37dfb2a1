internal import DurableFiles
internal import HashRing
internal import Lease
internal import Logging
internal import Queue
internal import StatuscastModel
internal import SystemClock

/// What follows once everything is durable, and what follows when it is not.
extension Sweeper {
    func commit(_ cursors: [PartitionIndex: NotedCursor], isLast: Bool) async -> Bool {
        guard !cursors.isEmpty else { return true }
        let now = MonotonicClock.milliseconds()
        let due = cursors.filter { partition, noted in
            guard !isLast, let file = cursorFiles[partition], file.serial == noted.serial else { return true }
            return now >= file.saved + Self.cursorFileMilliseconds
        }
        for (partition, noted) in await saveCursorFiles(due) { cursorFiles[partition] = (noted.serial, now) }
        var succeeded = true
        for (term, group) in Dictionary(grouping: cursors, by: { $0.value.lease.term }) {
            let isDone = await commit(Dictionary(uniqueKeysWithValues: group.map { ($0.key, $0.value) }), term: term)
            succeeded = succeeded && isDone
        }
        return succeeded
    }

    /// Concurrently, so that their syncs share the filesystem's commits. A cursor file that cannot be written delays
    /// nobody: without it the next holder starts from what the queue remembers.
    private func saveCursorFiles(_ cursors: [PartitionIndex: NotedCursor]) async -> [PartitionIndex: NotedCursor] {
        await withTaskGroup(of: (PartitionIndex, NotedCursor, FileError?).self) { group in
            for (partition, noted) in cursors {
                group.addTask { [threads] in
                    do throws(FileError) {
                        let bytes = CursorCodec.encoded(noted.cursor)
                        try await threads.run { () throws(FileError) in try noted.lease.saveCursor(bytes) }
                        return (partition, noted, nil)
                    } catch {
                        return (partition, noted, error)
                    }
                }
            }
            var saved: [PartitionIndex: NotedCursor] = [:]
            for await (partition, noted, error) in group {
                if let error {
                    logger.warning(
                        "cursor file not saved", metadata: ["partition": "\(partition)", "error": "\(error)"])
                } else {
                    saved[partition] = noted
                }
            }
            return saved
        }
    }

    private func commit(_ cursors: [PartitionIndex: NotedCursor], term: UInt64) async -> Bool {
        do throws(QueueError) {
            try await queue.commit(
                configuration.lane.topic, group: Topics.Group.deliver, term: term, cursors: cursors.mapValues(\.cursor))
            board.withState { state in
                for (partition, noted) in cursors { state.committed(partition, noted) }
            }
            return true
        } catch {
            guard error.code == .staleTerm else {
                logger.warning("the queue did not take a commit", metadata: ["error": "\(error)"])
                return false
            }
            return await sortOutStaleTerm(cursors, term: term, error)
        }
    }

    /// One of several partitions has a new holder: finds out which by asking for each alone.
    private func sortOutStaleTerm(
        _ cursors: [PartitionIndex: NotedCursor], term: UInt64, _ error: QueueError
    ) async -> Bool {
        if cursors.count == 1, let (partition, noted) = cursors.first {
            logger.error(
                "another process holds the partition by now; its pending deliveries are left to that one",
                metadata: ["partition": "\(partition)", "term": "\(term)", "error": "\(error)"])
            if board.withState({ $0.tenures[partition]?.serial == noted.serial }) { await giveUp([partition]) }
            return true
        }
        var succeeded = true
        for (partition, noted) in cursors {
            let isDone = await commit([partition: noted], term: term)
            succeeded = succeeded && isDone
        }
        return succeeded
    }

    // MARK: Giving up

    private func giveUp(_ partitions: [PartitionIndex]) async {
        let tenures = partitions.compactMap { board.drop($0) }
        for partition in partitions { receipts.forget(partition) }
        await board.barrier()
        for tenure in tenures { await threads.run { tenure.lease.abandon() } }
    }

    /// After a failed sync nobody knows what is on the disk. The leases go, with them the term, and everything since the
    /// last commit comes again from the queue.
    func giveUpEverything(_ reason: String) async {
        logger.critical("a sync of the mailboxes failed; all partitions start again", metadata: ["reason": "\(reason)"])
        board.withState { $0.trouble = reason }
        await giveUp(board.withState { Array($0.tenures.keys) })
        plan.failed(now: MonotonicClock.milliseconds(), jitter: .random(in: 0...1))
        if case .failure(let failure) = await threads.run({ [writer] in writer.renew() }) {
            logger.error("no new mailbox writer", metadata: ["error": "\(failure)"])
        }
    }
}
