import HashRing
import Queue
import StatuscastModel
import Synchronization
import Testing

@testable import Receive

/// Who waits for whom: the priority topic before the ordinary one, and a full lane alone.
@Suite struct BackPressureTests {
    private func draft(_ moment: UInt64, _ author: AccountID = World.ada, key: String = "") -> ReceiveEvent {
        .post(StatusDraft(id: World.status(moment), author: author, text: "status \(moment)", idempotencyKey: key))
    }

    @Test func thePriorityTopicIsNotBehindTheBacklogOfTheOther() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        try await queue.append(World.accounts)
        for moment in 1...100 { try await queue.append(draft(UInt64(moment) * 1_000)) }
        try await queue.append(draft(500_000), to: Topics.receivePriority)
        let role = RunningRole(queue, shared: directory.path)
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        try await eventually("all are judged") { try await accepted.items().count == 101 }
        let order = try await accepted.verdicts().compactMap { verdict -> StatusID? in
            guard case .accepted(let status) = verdict else { return nil }
            return status.id
        }
        let place = try #require(order.firstIndex(of: World.status(500_000)))
        #expect(place < 20, "it overtook the backlog")
        try await role.stop()
        let partition = World.partition(of: World.ada)
        for (topic, number) in [(Topics.receive, 100), (Topics.receivePriority, 1)] as [(String, UInt64)] {
            let committed = try await queue.committed(topic, group: "judge", partitions: [partition])
            #expect(committed[partition]?[MemoryQueue.stream(partition)] == number)
        }
    }

    @Test func anAuthorsKeysHoldAcrossBothTopics() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        try await queue.append(World.accounts)
        let role = RunningRole(queue, shared: directory.path)
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        try await queue.append(draft(1_000, key: "once"))
        try await eventually("the first is judged") { try await accepted.items().count == 1 }
        // The flag was set meanwhile, and the client tries again through another front.
        try await queue.append(draft(2_000, key: "once"), to: Topics.receivePriority)
        let delete = StatusDelete(event: EventID(rawValue: 3_000 << 16), status: World.status(1_000), author: World.ada)
        try await queue.append(.delete(delete), to: Topics.receivePriority)
        try await eventually("all are judged") { try await accepted.items().count == 3 }
        let verdicts = try await accepted.verdicts()
        #expect(verdicts.contains(.deleted(delete)))
        guard case .refused(let repetition) = verdicts[1] else {
            Issue.record("\(verdicts[1]) is a second status with one key")
            return
        }
        #expect(repetition.aliasOf == World.status(1_000))
        try await role.stop()
    }

    @Test func aFullLaneHoldsUpNoOtherAndLosesNothing() async throws {
        let directory = try TemporaryDirectory()
        let queue = MemoryQueue()
        let fans = (1...5).map { AccountID(rawValue: 2_000 + $0) }
        let follows = fans.enumerated().map { World.follow(100 + UInt64($0.offset), $0.element, World.bob) }
        try await queue.append(World.accounts + follows)
        queue.state.withLock { _ = $0.full.insert(Lane.bulk.topic) }
        let role = RunningRole(queue, shared: directory.path) { $0.bulkFollowersAbove = 3 }
        let celebrity = (1...50).map { UInt64($0) * 1_000 }
        for moment in celebrity {
            try await queue.append(draft(moment, World.bob))
            try await queue.append(draft(moment + 1))
        }
        let normal = TopicReader(queue: queue, topic: Lane.normal.topic)
        let everything = Set(celebrity.flatMap { [World.status($0), World.status($0 + 1)] }.map(\.rawValue))
        try await eventually("the normal lane has everybody's") {
            Set(try await normal.deliveries().map(\.item.id)).isSuperset(of: everything)
        }
        let partition = World.partition(of: World.bob)
        func committed(_ lane: Lane) async throws -> UInt64 {
            let group = Topics.Group.spread(lane)
            let cursors = try await queue.committed(Topics.accepted, group: group, partitions: [partition])
            return cursors[partition]?[MemoryQueue.stream(partition)] ?? 0
        }
        try await eventually("the normal lane is committed") {
            try await committed(.normal) == UInt64(queue.frames(Topics.accepted, partition))
        }
        #expect(queue.frameCount(Lane.bulk.topic) == 0)
        #expect(try await committed(.bulk) < committed(.normal), "the backlog stays in accepted")
        #expect(try await role.stop() < .seconds(2), "while it waits for room")

        queue.state.withLock { _ = $0.full.remove(Lane.bulk.topic) }
        let next = RunningRole(queue, shared: directory.path) { $0.bulkFollowersAbove = 3 }
        let bulk = TopicReader(queue: queue, topic: Lane.bulk.topic)
        try await eventually("the bulk lane follows") {
            let items = try await bulk.deliveries().map(\.item)
            return items.allSatisfy(\.toFollowers)
                && Set(items.map(\.id)) == Set(celebrity.map { World.status($0).rawValue })
        }
        try await next.stop()
    }
}
