import DurableFiles
import FaultyFiles
import HashRing
import Logging
import Queue
import SocialGraph
import StatuscastModel
import Synchronization
import Testing

@Suite struct AccountsFollowerTests {
    private let ada = AccountID(rawValue: 7)

    private func follow(_ event: UInt64, _ follower: UInt64) -> [UInt8] {
        AccountEvent(
            id: EventID(rawValue: event),
            change: .followed(.init(follower: AccountID(rawValue: follower), followee: ada))
        ).encoded()
    }

    private func follower(
        of queue: ListQueue, snapshots: LookupSnapshots? = nil
    ) -> AccountsFollower<FollowerIndex> {
        var logger = Logger(label: "accounts-follower-tests")
        logger.logLevel = .critical
        return AccountsFollower(
            FollowerIndex(partitions: .default), queue: queue, partitions: 1, snapshots: snapshots, logger: logger)
    }

    /// Runs a follower over a queue until `isDone`, and answers how many edges it has then.
    private func edges(
        _ queue: ListQueue, _ snapshots: LookupSnapshots, until isDone: (Int) -> Bool
    ) async throws -> Int {
        let follower = follower(of: queue, snapshots: snapshots)
        let task = Task { await follower.run() }
        #expect(try await follower.catchUp(deadlineMilliseconds: 5_000))
        let deadline = ContinuousClock.now + .seconds(5)
        while !isDone(follower.withLookup { $0.count }), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(2))
        }
        task.cancel()
        await task.value
        return follower.withLookup { $0.count }
    }

    @Test func itStartsBehindItsSnapshotAndTakesNoneOfWhatItCouldNotRead() async throws {
        let files = FaultyFiles(seed: 1)
        let directory = SnapshotDirectory(path: "/s", files: files)
        let threads = FileThreads(name: "snapshots", count: 1)
        defer { threads.stop() }
        var schedule = SnapshotSchedule()
        schedule.checkMilliseconds = 2
        schedule.bytes = 1
        schedule.leastMilliseconds = 0
        let snapshots = LookupSnapshots(directory: directory, threads: threads, schedule: schedule)
        let first = ListQueue()
        for step in 1...3 as ClosedRange<UInt64> { first.add(.bytes(ItemBatch.encoded([follow(step, step)]))) }
        #expect(try await edges(first, snapshots) { _ in
            let loaded = directory.load(FollowerIndex(partitions: .default)) { _ in }
            return loaded?.lookup.count == 3
        } == 3)
        // Of another queue whose first three frames are not read again.
        let second = ListQueue()
        for _ in 1...3 { second.add(.quarantined("would be reported")) }
        second.add(.bytes(ItemBatch.encoded([follow(4, 4)])))
        second.skip(3)
        #expect(try await edges(second, snapshots) { _ in
            directory.load(FollowerIndex(partitions: .default)) { _ in }?.lookup.count == 4
        } == 4)
        let third = ListQueue()
        for _ in 1...5 { third.add(.quarantined("damaged")) }
        third.add(.bytes(ItemBatch.encoded([follow(6, 6)])))
        third.skip(4)
        let before = files.operations
        let deadline = ContinuousClock.now + .milliseconds(50)
        #expect(try await edges(third, snapshots) { _ in ContinuousClock.now >= deadline } == 5)
        #expect(files.operations == before, "nothing was written")
    }

    @Test func catchingUpWaitsForEverythingThatIsThere() async throws {
        let queue = ListQueue()
        let follower = follower(of: queue)
        async let running: Void = follower.run()
        #expect(try await follower.catchUp(deadlineMilliseconds: 5_000))
        for step in 1...20 as ClosedRange<UInt64> {
            queue.add(.bytes(ItemBatch.encoded([follow(step, step)])))
            #expect(try await follower.catchUp(deadlineMilliseconds: 5_000))
            #expect(follower.withLookup { $0.count } == Int(step))
        }
        queue.end()
        await running
        #expect(try await follower.catchUp(deadlineMilliseconds: 5_000), "it is where the topic ends")
        queue.add(.bytes(ItemBatch.encoded([follow(21, 21)])))
        #expect(try await !follower.catchUp(deadlineMilliseconds: 5_000), "nobody reads any more")
    }

    @Test func whatCannotBeReadIsPassedOver() async throws {
        let queue = ListQueue()
        let follower = follower(of: queue)
        async let running: Void = follower.run()
        queue.add(.quarantined("q1: segment 1, offset 9"))
        queue.add(.bytes([1, 2, 3]))
        queue.add(.bytes(ItemBatch.encoded([[9], follow(1, 1)])))
        #expect(try await follower.catchUp(deadlineMilliseconds: 5_000))
        #expect(follower.passedOver == 3)
        #expect(follower.withLookup { $0.count } == 1)
        queue.end()
        await running
    }

    @Test func framesAreAppliedWhileTheEndIsNotKnown() async throws {
        let queue = ListQueue()
        let follower = follower(of: queue)
        queue.failEnds(true)
        queue.add(.bytes(ItemBatch.encoded([follow(1, 1)])))
        async let running: Void = follower.run()
        let deadline = ContinuousClock.now + .seconds(5)
        while follower.withLookup({ $0.count }) == 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(follower.withLookup { $0.count } == 1)
        await #expect(throws: QueueError.self) { try await follower.catchUp(deadlineMilliseconds: 10) }
        queue.failEnds(false)
        #expect(try await follower.catchUp(deadlineMilliseconds: 5_000))
        queue.end()
        await running
    }

    @Test func catchingUpGivesUpAtItsDeadline() async throws {
        let queue = ListQueue()
        let follower = follower(of: queue)
        queue.hold()
        queue.add(.bytes(ItemBatch.encoded([follow(1, 1)])))
        async let running: Void = follower.run()
        #expect(try await !follower.catchUp(deadlineMilliseconds: 10))
        queue.end()
        await running
    }
}

/// One stream of one topic, as a list.
private final class ListQueue: Queue, QueueSubscription {
    private struct State {
        var frames: [FetchedFrame.Content] = []
        var position = 0
        var isHeld = false
        var isClosed = false
        var endsFail = false
    }

    private let state = Mutex(State())
    private let stream = StreamID(openedUnixMilliseconds: 1, random: 1)
    private let partition = PartitionIndex(rawValue: 0)

    func add(_ content: FetchedFrame.Content) { state.withLock { $0.frames.append(content) } }
    /// As if a cursor had named the first frames.
    func skip(_ count: Int) { state.withLock { $0.position = count } }
    func hold() { state.withLock { $0.isHeld = true } }
    func failEnds(_ fail: Bool) { state.withLock { $0.endsFail = fail } }
    func end() { state.withLock { $0.isClosed = true } }

    func ends(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [PartitionIndex: Cursor] {
        let (count, fails) = state.withLock { ($0.frames.count, $0.endsFail) }
        if fails { throw QueueError(.temporary, "a node is away") }
        return [partition: Cursor([stream: UInt64(count)])]
    }

    func next(maxBytes: Int, waitMilliseconds: Int) async throws(QueueError) -> [FetchedFrame] {
        let deadline = ContinuousClock.now + .milliseconds(waitMilliseconds)
        while true {
            let (content, number, isClosed) = state.withLock { state -> (FetchedFrame.Content?, Int, Bool) in
                guard !state.isHeld, state.position < state.frames.count else { return (nil, 0, state.isClosed) }
                state.position += 1
                return (state.frames[state.position - 1], state.position, false)
            }
            if isClosed { throw QueueError(.closed, "closed") }
            if let content {
                return [FetchedFrame(partition: partition, stream: stream, number: UInt64(number), content: content)]
            }
            if ContinuousClock.now >= deadline { return [] }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription { self }
    func add(_ partition: PartitionIndex, after cursor: Cursor) async throws(QueueError) {}
    func remove(_ partition: PartitionIndex) async {}
    func close() async {}
    func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) {}
    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] { [:] }
    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError) {}
    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {}
    func stats() async throws(QueueError) -> [TopicStats] { [] }
}
