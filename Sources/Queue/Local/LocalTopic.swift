internal import DurableFiles
internal import HashRing
internal import SegmentLog
internal import Synchronization

/// One topic of a node: its state, its log, and those who wait for new frames.
///
/// Lock order: `order`, then `state`. `order` is held over every change that is written to the log, so that the log
/// gets them in the order in which they were made; it is never held while anybody waits.
final class LocalTopic: Sendable {
    let spec: TopicSpec
    let node: String
    let log: SegmentLog
    let threads: FileThreads
    let bell = Bell()
    let now: @Sendable () -> UInt64
    let order = Mutex(())
    let state: Mutex<TopicState>
    let confirmations = Mutex<[Confirmation]>([])
    /// Appended since the topic was opened.
    let appendedFrames = Atomic<UInt64>(0)
    let appendedBytes = Atomic<UInt64>(0)
    /// Turns with every fetch, so that none of many streams is always read first.
    let turn = Atomic<Int>(0)
    /// When the oldest frame of a stream was appended, as it was last read.
    let ages = Mutex<[StreamKey: (number: UInt64, unixMilliseconds: UInt64)]>([:])

    /// Opens the log and takes up what it remembers. Blocks.
    init(
        spec: TopicSpec, node: String, log: SegmentLog, threads: FileThreads, now: @escaping @Sendable () -> UInt64
    ) throws(QueueError) {
        self.spec = spec
        self.node = node
        self.log = log
        self.threads = threads
        self.now = now
        state = Mutex(try TopicState(recovering: log, groups: spec.groups, now: now()))
    }

    // MARK: Streams

    func open(_ keys: [StreamKey]) async throws(QueueError) {
        let result: Result<Void, QueueError> = await withCheckedContinuation { continuation in
            order.withLock { _ in
                let new: [StreamKey]
                do throws(QueueError) {
                    new = try state.withLock { state throws(QueueError) in try state.open(keys, now: now()) }
                } catch {
                    continuation.resume(returning: .failure(error))
                    return
                }
                guard let last = new.last else {
                    continuation.resume(returning: .success(()))
                    return
                }
                // Durable in order: the last one vouches for all.
                for key in new.dropLast() {
                    let note = TopicNote.opening(key)
                    log.note(key: note.key, value: note.value, completion: nil)
                }
                let note = TopicNote.opening(last)
                log.note(key: note.key, value: note.value) { [self] result in
                    state.withLock { state in
                        switch result {
                        case .success: state.opened(new)
                        case .failure: state.openingFailed(new)
                        }
                    }
                    continuation.resume(returning: result.mapError(QueueError.init))
                }
            }
        }
        for partition in Set(keys.map(\.partition)) { tidy(partition) }
        try result.get()
    }

    /// Forgets streams of the partition that nobody can miss.
    func tidy(_ partition: PartitionIndex) {
        order.withLock { _ in
            let forgotten = state.withLock { $0.forgetDrained(partition, now: now()) }
            for key in forgotten { forget(key) }
        }
    }

    func forget(_ key: StreamKey) {
        // The opening first: a commit without its opening is cleared away at the next start, and never the reverse.
        log.forget(key: TopicNote.openingKey(key))
        for group in spec.groups { log.forget(key: TopicNote.commitKey(key, group: group)) }
        // Also what a failed append may have left of it.
        log.drop(LogStream(key), through: .max)
        ages.withLock { _ = $0.removeValue(forKey: key) }
    }

    // MARK: Terms and commits

    func announce(term: UInt64, group: String, partition: PartitionIndex) async throws(QueueError) {
        let result: Result<Void, QueueError> = await withCheckedContinuation { continuation in
            order.withLock { _ in
                do throws(QueueError) {
                    let new = try state.withLock { state throws(QueueError) in
                        try state.announce(term: term, group: group, partition: partition)
                    }
                    guard new else {
                        continuation.resume(returning: .success(()))
                        return
                    }
                } catch {
                    continuation.resume(returning: .failure(error))
                    return
                }
                let note = TopicNote.term(partition, group: group, term: term)
                log.note(key: note.key, value: note.value) {
                    continuation.resume(returning: $0.mapError(QueueError.init))
                }
            }
        }
        try result.get()
    }

    func commit(group: String, term: UInt64, cursors: [PartitionIndex: Cursor]) throws(QueueError) {
        try order.withLock { _ throws(QueueError) in
            // Look at all terms before changing anything.
            var notes: [TopicNote] = []
            try state.withLock { state throws(QueueError) in
                var announced = state
                for partition in cursors.keys
                where try announced.announce(term: term, group: group, partition: partition) {
                    notes.append(.term(partition, group: group, term: term))
                }
                state = announced
            }
            for note in notes { log.note(key: note.key, value: note.value, completion: nil) }
            move(group: group, to: cursors)
        }
        for partition in cursors.keys { tidy(partition) }
    }

    /// Moves cursors without a term; see `QueueNode.adopt`.
    func adopt(group: String, cursors: [PartitionIndex: Cursor]) {
        order.withLock { _ in move(group: group, to: cursors) }
        for partition in cursors.keys { tidy(partition) }
    }

    /// With `order` held.
    private func move(group: String, to cursors: [PartitionIndex: Cursor]) {
        var notes: [TopicNote] = []
        var drops: [(key: StreamKey, number: UInt64)] = []
        state.withLock { state in
            for (key, number) in state.commit(group: group, cursors: cursors) {
                notes.append(.commit(key, group: group, number: number))
                if let through = state.drop(key) { drops.append((key, through)) }
            }
        }
        for note in notes { log.note(key: note.key, value: note.value, completion: nil) }
        for drop in drops { log.drop(LogStream(drop.key), through: drop.number) }
    }
}

extension LogStream {
    init(_ key: StreamKey) {
        self.init(
            partition: key.partition.rawValue, high: key.stream.openedUnixMilliseconds, low: key.stream.random)
    }
}

extension StreamKey {
    init(_ stream: LogStream) {
        self.init(
            partition: PartitionIndex(rawValue: stream.partition),
            stream: StreamID(openedUnixMilliseconds: stream.high, random: stream.low))
    }
}
