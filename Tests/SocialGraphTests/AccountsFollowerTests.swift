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

    private func follower(of queue: ListQueue) -> AccountsFollower<FollowerIndex> {
        var logger = Logger(label: "accounts-follower-tests")
        logger.logLevel = .critical
        return AccountsFollower(
            FollowerIndex(partitions: .default), queue: queue, partitions: 1, logger: logger)
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
