import DeadLetters
import DurableFiles
import HashRing
import Lease
import Mailbox
import Queue
import StatuscastModel
import Synchronization
import Testing

@testable import Receive

@Suite struct ReceiveRoleTests {
    private let normal = Lane.normal.topic

    private func draft(_ moment: UInt64, _ author: AccountID = World.ada, key: String = "") -> ReceiveEvent {
        .post(StatusDraft(id: World.status(moment), author: author, text: "status \(moment)", idempotencyKey: key))
    }

    @Test func aStatusADeleteAndAFollowTravel() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        let deliveries = TopicReader(queue: queue, topic: normal)
        try await queue.append(World.accounts + [World.follow(50 << 16, World.bob, World.ada)])
        let role = RunningRole(queue, shared: directory.path)
        try await queue.append(draft(1_000))
        let delete = StatusDelete(event: EventID(rawValue: 2_000 << 16), status: World.status(1_000), author: World.ada)
        try await queue.append(.delete(delete))
        try await eventually("both are judged") { try await accepted.items().count == 2 }
        let verdicts = try await accepted.verdicts()
        #expect(verdicts.contains(.deleted(delete)))

        try await eventually("every address is served") {
            let found = Set(try await deliveries.deliveries().flatMap(\.item.addresses))
            return found == [.home(World.ada), .outbox(World.ada), .public, .tombstones, .notifications(World.ada)]
        }
        let items = try await deliveries.deliveries()
        let toFollowers = items.filter(\.item.toFollowers)
        #expect(toFollowers.map(\.partition) == [World.partition(of: World.bob)])
        #expect(toFollowers.first?.item.id == World.status(1_000).rawValue)
        let follow = try #require(items.first { $0.item.addresses == [.notifications(World.ada)] })
        let parsed = try RecordFormat.parse(follow.item.record)
        let record = try StatusRecord(id: parsed.id, text: parsed.body, header: parsed.header)
        #expect(record.kind == .follow)
        #expect(record.author == World.bob)
        #expect(parsed.header("From")?.contains("bob") == true)

        let duration = try await role.stop()
        #expect(duration < .seconds(2))
        for partition in World.partitions.all {
            let name = LeaseName(scope: "judge", index: Int(partition.rawValue))
            let lease = try Lease.acquire(name, in: directory.path, address: "test")
            #expect(lease.continuesTerm, "it was closed")
            lease.close()
        }
    }

    @Test func whoAsksToFollowIsToldOfAndGetsNothing() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        let deliveries = TopicReader(queue: queue, topic: normal)
        let request = AccountEvent(
            id: EventID(rawValue: 50 << 16),
            change: .followRequested(.init(follower: World.bob, followee: World.ada)))
        try await queue.append(World.accounts + [request])
        let role = RunningRole(queue, shared: directory.path)
        try await queue.append(draft(1_000))
        try await eventually("both are delivered") {
            let found = Set(try await deliveries.deliveries().flatMap(\.item.addresses))
            return found.isSuperset(of: [.outbox(World.ada), .notifications(World.ada)])
        }
        let items = try await deliveries.deliveries()
        #expect(items.filter(\.item.toFollowers).isEmpty)
        let told = try #require(items.first { $0.item.addresses == [.notifications(World.ada)] })
        #expect(told.item.traits?.kind == .followRequest && told.item.author == World.bob)
        let parsed = try RecordFormat.parse(told.item.record)
        let record = try StatusRecord(id: parsed.id, text: parsed.body, header: parsed.header)
        #expect(record.kind == .followRequest && record.author == World.bob)
        _ = try await role.stop()
    }

    @Test func whatWasNotCommittedIsDoneByTheNextProcess() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        try await queue.append(World.accounts)
        let moments = (1...200).map { UInt64($0 * 1_000) }
        for moment in moments { try await queue.append(draft(moment, moment % 3_000 == 0 ? World.bob : World.ada)) }
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        let first = RunningRole(queue, shared: directory.path)
        try await eventually("some are judged") { try await accepted.items().count > 20 }
        try await first.stop()
        let second = RunningRole(queue, shared: directory.path)
        let expected = Set(moments.map { World.status($0).rawValue })
        let deliveries = TopicReader(queue: queue, topic: normal)
        try await eventually("all are spread") {
            Set(try await deliveries.deliveries().map(\.item.id)) == expected
        }
        try await second.stop()
        // Nothing is left: the next process does nothing again.
        let count = try await accepted.items().count
        let third = RunningRole(queue, shared: directory.path)
        try await queue.append(draft(999_000))
        try await eventually("one more is judged") { try await accepted.items().count >= count + 1 }
        try await third.stop()
        #expect(try await accepted.items().count == count + 1)
    }

    @Test func idempotencyKeysOutliveACleanRestart() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        for moment in [1_000, 2_000] as [UInt64] {
            let role = RunningRole(queue, shared: directory.path)
            try await queue.append(draft(moment, key: "same"))
            try await eventually("it is judged") { try await accepted.items().count == Int(moment / 1_000) }
            try await role.stop()
        }
        guard case .refused(let refused) = try await accepted.verdicts().last else {
            Issue.record("the second was not refused")
            return
        }
        #expect(refused.aliasOf == World.status(1_000))
    }

    @Test func whatCannotBeReadIsPutAsideAndTheRestGoesOn() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        let partition = World.partition(of: World.ada)
        queue.spoil(Topics.receive, partition)
        let mixed = ItemBatch.encoded([[9, 9, 9], draft(1_000).encoded()])
        try await queue.append([OutgoingFrame(partition: partition, bytes: mixed)], to: Topics.receive)
        try await queue.append([OutgoingFrame(partition: partition, bytes: [1, 2, 3])], to: Topics.receive)
        try await queue.append(draft(2_000))
        let role = RunningRole(queue, shared: directory.path)
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        try await eventually("both are judged") { try await accepted.items().count == 2 }
        try await role.stop()
        let letters = try deadLetters(in: directory.path)
        #expect(letters.allSatisfy { $0.stage == "judge" && $0.topic == "receive" })
        #expect(letters.allSatisfy { $0.partition == partition.rawValue })
        #expect(letters.map(\.source?.number) == [1, 2, 3] && letters.map(\.source?.item) == [nil, 0, nil])
        #expect(letters.map(\.content) == [.frame, .item, .frame])
        #expect(letters.map(\.bytes) == [[], [9, 9, 9], [1, 2, 3]])
        #expect(
            letters.map(\.reason).prefix(2)
                == ["q1: segment 3, offset 77", "receive item: version 9 is newer than this program"])
        let committed = try await queue.committed(Topics.receive, group: "judge", partitions: [partition])
        #expect(committed[partition]?[MemoryQueue.stream(partition)] == 4)
    }

    /// The steps behind the judge: an item of a later release, bytes that are no item, a frame that is no frame.
    @Test(arguments: [(Topics.accepted, "spread"), (Topics.accounts, "notify")])
    func noStepStopsAtWhatItCannotRead(_ topic: String, _ stage: String) async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        let partition = topic == Topics.accounts ? PartitionIndex(rawValue: 0) : World.partition(of: World.ada)
        queue.spoil(topic, partition)
        for bytes in [ItemBatch.encoded([[200, 1], []]), [1, 2, 3]] {
            try await queue.append([OutgoingFrame(partition: partition, bytes: bytes)], to: topic)
        }
        try await queue.append(World.accounts)
        try await queue.append(draft(1_000))
        let role = RunningRole(queue, shared: directory.path)
        let deliveries = TopicReader(queue: queue, topic: normal)
        try await eventually("the status is spread, the follows are told") {
            let items = try await deliveries.deliveries().map(\.item)
            return items.contains { $0.id == World.status(1_000).rawValue } && items.contains { !$0.toFollowers }
        }
        try await eventually("the partition is behind it") {
            let committed = try await queue.committed(topic, group: stage, partitions: [partition])
            return committed[partition]?[MemoryQueue.stream(partition)] ?? 0 >= 4
        }
        try await role.stop()
        let letters = try deadLetters(in: directory.path)
        #expect(letters.allSatisfy { $0.stage == stage && $0.topic == topic && $0.partition == partition.rawValue })
        #expect(letters.map(\.content) == [.frame, .item, .item, .frame])
        #expect(letters.map(\.bytes) == [[], [200, 1], [], [1, 2, 3]])
    }

    @Test func aQueueThatRefusesForAWhileLosesNothing() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        queue.state.withLock { state in
            state.refusals[Topics.accepted] = [QueueError(.full, "no room"), QueueError(.temporary, "no node")]
            state.refusals[normal] = [QueueError(.temporary, "no node")]
        }
        let role = RunningRole(queue, shared: directory.path)
        try await queue.append(draft(1_000))
        let deliveries = TopicReader(queue: queue, topic: normal)
        try await eventually("it is spread") { try await !deliveries.items().isEmpty }
        try await role.stop()
    }

    @Test func nothingIsSpreadBeforeTheEndOfAccountsIsKnown() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        try await queue.append(World.accounts)
        let role = RunningRole(queue, shared: directory.path)
        let deliveries = TopicReader(queue: queue, topic: normal)
        try await queue.append(draft(1_000))
        try await eventually("it is spread") { try await !deliveries.items().isEmpty }
        try await eventually("all of it") { queue.frameCount(normal) == 2 }
        let before = queue.frameCount(normal)
        queue.state.withLock { $0.endsFail = true }
        try await queue.append(draft(2_000))
        try await eventually("the judge goes on") { queue.frameCount(Topics.accepted) == 2 }
        #expect(queue.frameCount(normal) == before)
        queue.state.withLock { $0.endsFail = false }
        try await eventually("it is spread later") { queue.frameCount(normal) > before }
        try await role.stop()
    }

    @Test func nothingIsJudgedBeforeTheNamesWereKnownOnce() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        queue.state.withLock { $0.endsFail = true }
        try await queue.append(World.accounts)
        try await queue.append(
            .post(StatusDraft(id: World.status(1_000), author: World.ada, text: "hello @bob")))
        let role = RunningRole(queue, shared: directory.path)
        try await eventually("the role asks for the end") { queue.state.withLock { $0.endsAsked } >= 5 }
        #expect(queue.frameCount(Topics.accepted) == 0)
        queue.state.withLock { $0.endsFail = false }
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        try await eventually("it is judged") { try await accepted.items().count == 1 }
        guard case .accepted(let status) = try await accepted.verdicts().first else {
            Issue.record("not accepted")
            return
        }
        #expect(status.mentions == [World.bob])
        try await role.stop()
    }

    @Test func anotherProcessTakesOverWhatTheFirstLeaves() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        let first = RunningRole(queue, shared: directory.path)
        try await queue.append(draft(1_000))
        try await eventually("the first judges") { try await accepted.items().count == 1 }
        let second = RunningRole(queue, shared: directory.path)
        try await first.stop()
        try await queue.append(draft(2_000))
        try await eventually("the second judges") { try await accepted.items().count == 2 }
        try await second.stop()
    }

    @Test func aTenureThatIsOverIsDroppedAndSoughtAgain() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        let partition = World.partition(of: World.ada)
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        let role = RunningRole(queue, shared: directory.path)
        try await queue.append(draft(1_000))
        try await eventually("it is judged") { try await accepted.items().count == 1 }
        let key = "receive judge \(partition)"
        queue.state.withLock { $0.terms[key, default: 0] += 1 }
        try await queue.append(draft(2_000))
        try await eventually("it is judged and committed in a new tenure") {
            let committed = try await queue.committed(Topics.receive, group: "judge", partitions: [partition])
            return committed[partition]?[MemoryQueue.stream(partition)] == 2
        }
        try await role.stop()
    }
}
