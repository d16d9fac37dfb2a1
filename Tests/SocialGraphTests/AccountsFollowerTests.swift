import DurableFiles
import FaultyFiles
import HashRing
import Logging
import Queue
import SocialGraph
import StatuscastModel
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
        #expect(
            try await edges(first, snapshots) { _ in
                let loaded = directory.load(FollowerIndex(partitions: .default)) { _ in }
                return loaded?.lookup.count == 3
            } == 3)
        // Of another queue whose first three frames are not read again.
        let second = ListQueue()
        for _ in 1...3 { second.add(.quarantined("would be reported")) }
        second.add(.bytes(ItemBatch.encoded([follow(4, 4)])))
        second.skip(3)
        #expect(
            try await edges(second, snapshots) { _ in
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
