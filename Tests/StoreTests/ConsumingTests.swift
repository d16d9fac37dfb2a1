import CanonicalStore
import DeadLetters
import HashRing
import Logging
import Queue
import StatuscastModel
import Synchronization
import Testing

@testable import Store

struct ConsumingTests {
    private let stream = StreamID(openedUnixMilliseconds: 5, random: 6)
    private let partition = PartitionIndex(rawValue: 0)

    @Test func cursorsMeetAtTheLowerNumber() {
        let cursor = Cursor([stream: 7, StreamID(openedUnixMilliseconds: 1, random: .max): .max])
        #expect(cursor.meet(Cursor([stream: 3]))[stream] == 3)
        #expect(cursor.meet(Cursor())[stream] == 0)
    }

    @Test func aQuarantinedFrameIsPassedOverAndKeptInMind() {
        var batch = IncomingBatch<Int>()
        let frame = FetchedFrame(
            partition: partition, stream: stream, number: 8, content: .quarantined("q1: file x, offset 9"))
        batch.add(frame, topic: "t", after: [partition: Cursor([stream: 7])], nowUnixMilliseconds: 1) { _ in 1 }
        #expect(batch.events.isEmpty)
        #expect(batch.cursors[partition]?[stream] == 8)
        #expect(batch.quarantined == ["q1: file x, offset 9"])
        #expect(batch.deadLetters.map(\.content) == [.frame] && batch.deadLetters.first?.source?.item == nil)
    }

    @Test func whatTheDiskRefusesIsTriedAgainUntilItIsTaken() async throws {
        let world = try World()
        try await world.append([
            .refused(RefusedStatus(id: StatusID(rawValue: 1), author: AccountID(rawValue: 1), reason: ""))
        ])
        let attempts = Mutex(0)
        let taken = Mutex(0)
        let consumer = TopicConsumer<AcceptedEvent>(
            topic: Topics.accepted, partitions: PartitionCount.default.all, queue: world.queue, term: 1,
            batchBytes: 1 << 20, decode: { bytes throws(DecodeError) in try AcceptedEvent(decoding: bytes) },
            apply: { batch throws(StoreError) in
                let attempt = attempts.withLock { count in
                    count += 1
                    return count
                }
                if attempt == 1 { throw StoreError(.full, "the test wants it", path: "") }
                if attempt == 2 { throw StoreError(.temporary, "the test wants it", path: "") }
                taken.withLock { $0 += batch.events.count }
                return AppliedCounts()
            },
            putAside: { _ in }, metrics: StoreMetrics(topic: Topics.accepted),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try? await consumer.run(from: [:]) }
        #expect(try await eventually { try await world.depth(Topics.accepted) == 0 })
        #expect(attempts.withLock { $0 } == 3 && taken.withLock { $0 } == 1)
        task.cancel()
        await task.value
        await world.end()
    }

    /// To forget old streams the ends must be known, which a node that is away keeps back; the rest need not wait for it.
    @Test func whatIsThereIsTakenWhileTheEndsAreNotKnown() async throws {
        let world = try World()
        let status = RefusedStatus(id: StatusID(rawValue: 1), author: AccountID(rawValue: 1), reason: "")
        try await world.append([.refused(status)])
        world.queue.set(.hidesEnds)
        let taken = Mutex(0)
        let consumer = TopicConsumer<AcceptedEvent>(
            topic: Topics.accepted, partitions: PartitionCount.default.all, queue: world.queue, term: 1,
            batchBytes: 1 << 20, decode: { bytes throws(DecodeError) in try AcceptedEvent(decoding: bytes) },
            apply: { batch throws(StoreError) in
                taken.withLock { $0 += batch.events.count }
                return AppliedCounts()
            },
            putAside: { _ in }, metrics: StoreMetrics(topic: Topics.accepted),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try? await consumer.run(from: [partition: Cursor([stream: 7])]) }
        #expect(try await eventually { taken.withLock { $0 } == 1 }, "the cursor names a stream of 1970")
        task.cancel()
        await task.value
        await world.end()
    }

    @Test func catchingUpIsOverOnlyAtTheEndThatWasSeenAfterTheLastDoubt() async throws {
        let world = try World()
        try await world.append([AccountEvent(id: EventID(rawValue: 1), change: .tokenRevoked(hash: [1]))])
        let catchUp = CatchUp()
        let partitions = [partition]
        try await catchUp.check([:], world.queue, partitions: partitions)
        #expect(!catchUp.isDone)
        let end = try await world.queue.ends(of: Topics.accounts, partitions: partitions)
        try await catchUp.check(end, world.queue, partitions: partitions)
        #expect(catchUp.isDone)
        catchUp.doubt()
        try await world.append([AccountEvent(id: EventID(rawValue: 2), change: .tokenRevoked(hash: [1]))])
        try await catchUp.check(end, world.queue, partitions: partitions)
        #expect(!catchUp.isDone)
        await world.end()
    }
}
