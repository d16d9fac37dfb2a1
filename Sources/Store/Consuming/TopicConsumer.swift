internal import CanonicalStore
internal import DeadLetters
internal import DurableFiles
internal import HashRing
internal import Logging
internal import Metrics
internal import Queue
internal import StatuscastModel
internal import SystemClock

/// Takes all partitions of a topic into the store, batch by batch: dead letters, if there are any, then effects and
/// cursors in one transaction, then the commit to the queue, which only allows it to drop the frames.
///
/// Whatever fails for a while, the disk or the queue, is tried again with growing pauses; nothing is passed over but
/// what can never be read, and that is kept as dead letters.
struct TopicConsumer<Event: Sendable>: Sendable {
    let topic: String
    let partitions: [PartitionIndex]
    let queue: any Queue
    let term: UInt64
    let batchBytes: Int
    let decode: @Sendable (ArraySlice<UInt8>) throws(DecodeError) -> Event
    let apply: @Sendable (IncomingBatch<Event>) async throws(StoreError) -> AppliedCounts
    /// Makes dead letters durable.
    let putAside: @Sendable ([DeadLetter]) async throws(FileError) -> Void
    /// Told the cursors when reading starts and after every look into the queue.
    var onProgress: @Sendable ([PartitionIndex: Cursor]) async throws -> Void = { _ in }
    let metrics: StoreMetrics
    let logger: Logger

    private static var waitMilliseconds: Int { 250 }
    /// A transaction costs an fdatasync, so what comes within this time shares one.
    private static var gatherMilliseconds: Int { 50 }
    private static var longestPauseMilliseconds: Int { 5_000 }
    private static var pruneInterval: Duration { .seconds(3600) }
    private static var forgetMilliseconds: UInt64 { 7 * 24 * 3600 * 1000 }

    /// Runs until its task is cancelled. Throws when the tenure is over or the store or the queue is closed.
    func run(from start: [PartitionIndex: Cursor]) async throws {
        var cursors = start
        var backoff = Backoff(longestMilliseconds: Self.longestPauseMilliseconds)
        while true {
            try Task.checkCancellation()
            do {
                try await consume(&cursors) { backoff.reset() }
            } catch let error as QueueError where error.code != .closed && error.code != .staleTerm {
                logger.warning("the queue does not answer; trying again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .milliseconds(backoff.nextMilliseconds()))
            }
        }
    }

    private func consume(_ cursors: inout [PartitionIndex: Cursor], isWorking: () -> Void) async throws {
        for partition in partitions {
            try await queue.announce(term: term, topic: topic, group: Topics.Group.store, partition: partition)
        }
        try await prune(&cursors)
        let subscription = try await queue.subscribe(to: topic, group: Topics.Group.store)
        do {
            for partition in partitions {
                try await subscription.add(partition, after: cursors[partition] ?? Cursor())
            }
            var lastPruned = ContinuousClock.now
            while true {
                try await onProgress(cursors)
                try Task.checkCancellation()
                var frames = try await subscription.next(
                    maxBytes: batchBytes, waitMilliseconds: Self.waitMilliseconds)
                isWorking()
                if !frames.isEmpty { frames += try await more(than: frames, subscription) }
                if !frames.isEmpty { try await take(frames, &cursors) }
                if ContinuousClock.now - lastPruned > Self.pruneInterval {
                    try await prune(&cursors)
                    lastPruned = ContinuousClock.now
                }
            }
        } catch {
            await subscription.close()
            throw error
        }
    }

    /// What else comes shortly after `frames`, as far as the batch has room.
    private func more(
        than frames: [FetchedFrame], _ subscription: any QueueSubscription
    ) async throws -> [FetchedFrame] {
        let bytes = frames.reduce(0) { sum, frame in
            if case .bytes(let bytes) = frame.content { sum + bytes.count } else { sum }
        }
        guard bytes < batchBytes / 2 else { return [] }
        // A pause, and no condition: one sync for what comes within it is what is wanted.
        try await Task.sleep(for: .milliseconds(Self.gatherMilliseconds))
        do throws(QueueError) {
            return try await subscription.next(maxBytes: batchBytes - bytes, waitMilliseconds: 0)
        } catch {
            // Whatever it is shows again; the frames that are here need not wait for it.
            return []
        }
    }

    private func take(_ frames: [FetchedFrame], _ cursors: inout [PartitionIndex: Cursor]) async throws {
        var batch = IncomingBatch<Event>()
        let now = UnixClock.milliseconds()
        for frame in frames {
            batch.add(frame, topic: topic, after: cursors, nowUnixMilliseconds: now, decode: decode)
        }
        report(batch)
        let start = ContinuousClock.now
        try await putAsideUntilDone(batch.deadLetters)
        let counts = try await applyUntilDone(batch)
        metrics.batch.recordNanoseconds((ContinuousClock.now - start).nanoseconds)
        metrics.count(counts)
        for conflict in counts.conflicts {
            logger.error("a fact contradicts the store", metadata: ["what": "\(conflict)"])
        }
        cursors.merge(batch.cursors) { $1 }
        do throws(QueueError) {
            try await queue.commit(topic, group: Topics.Group.store, term: term, cursors: batch.cursors)
        } catch {
            guard error.code == .temporary || error.code == .full else { throw error }
            // The next commit says this and more.
            logger.debug("a commit was not taken", metadata: ["error": "\(error)"])
        }
    }

    private func putAsideUntilDone(_ letters: [DeadLetter]) async throws {
        guard !letters.isEmpty else { return }
        var backoff = Backoff(longestMilliseconds: Self.longestPauseMilliseconds)
        while true {
            do throws(FileError) {
                return try await putAside(letters)
            } catch {
                metrics.retries.increment()
                logger.error("dead letters cannot be written; trying again", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .milliseconds(backoff.nextMilliseconds()))
        }
    }

    private func applyUntilDone(_ batch: IncomingBatch<Event>) async throws -> AppliedCounts {
        var backoff = Backoff(longestMilliseconds: Self.longestPauseMilliseconds)
        while true {
            do throws(StoreError) {
                return try await apply(batch)
            } catch {
                guard error.code != .closed else { throw error }
                metrics.retries.increment()
                logger.error("a batch cannot be stored; trying again", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .milliseconds(backoff.nextMilliseconds()))
        }
    }

    private func report(_ batch: IncomingBatch<Event>) {
        metrics.deadLetters.increment(by: batch.deadLetters.count)
        metrics.quarantined.increment(by: batch.quarantined.count)
        for letter in batch.deadLetters {
            logger.error(
                "something in the queue cannot be read; it is kept as a dead letter",
                metadata: [
                    "topic": "\(letter.topic)", "partition": "\(letter.partition)",
                    "source": "\(letter.source?.description ?? "")", "reason": "\(letter.reason)",
                ])
        }
    }

    /// Forgets streams that are old and that the queue does not have any more. Where it is wrong, the frames come again
    /// and change nothing. While a node is away nobody knows what the queue has, and nothing is forgotten: to wait for
    /// that node would hold up what the others have.
    private func prune(_ cursors: inout [PartitionIndex: Cursor]) async throws(QueueError) {
        let now = UnixClock.milliseconds()
        let isOld = { (stream: StreamID) in stream.openedUnixMilliseconds + Self.forgetMilliseconds < now }
        guard cursors.values.contains(where: { $0.numbers.keys.contains(where: isOld) }) else { return }
        let ends: [PartitionIndex: Cursor]
        do throws(QueueError) {
            ends = try await queue.ends(of: topic, partitions: partitions)
        } catch {
            guard error.code == .temporary else { throw error }
            return
        }
        for (partition, cursor) in cursors {
            var kept = cursor
            kept.keepOnly { !isOld($0) || (ends[partition]?.numbers[$0] != nil) }
            cursors[partition] = kept
        }
    }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
