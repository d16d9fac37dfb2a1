import Foundation
import HashRing
import Lease
import Mailbox
import Peers
import Queue
import StatuscastModel
import Testing
import Wire

@testable import Deliver

struct DeliverRoleTests {
    private func accounts(_ range: ClosedRange<UInt64>) -> [AccountID] { range.map { AccountID(rawValue: $0) } }

    @Test func aStatusReachesEveryFollowerAndEveryAddressOnce() async throws {
        let world = try World()
        let author = AccountID(rawValue: 1)
        let followers = accounts(10...29)
        try await world.follow(followers.map { ($0, author) })
        let worker = RunningRole(world)
        let addresses: [Address] = [.outbox(author), .home(author), .public, .tag("swift"), .tombstones]
        let id = try await world.post(by: author, to: addresses)
        for address in addresses + followers.map(Address.home) {
            try await eventually("\(address) has the status") { try world.ids(address) == [id] }
        }
        #expect(try world.ids(.home(AccountID(rawValue: 99))).isEmpty)
        try await worker.stop()
        #expect(try world.recordsInFiles(.public) == 1)
    }

    @Test func whoFollowedBeforeThePostGetsIt() async throws {
        let world = try World()
        let author = AccountID(rawValue: 1)
        let worker = RunningRole(world)
        try await worker.holds(4)
        var expected: [AccountID: [UInt64]] = [:]
        for follower in accounts(100...139) {
            try await world.follow(follower, author)
            expected[follower] = []
            let id = try await world.post(by: author)
            for known in expected.keys { expected[known, default: []].insert(id, at: 0) }
        }
        for (follower, ids) in expected {
            // Earlier ones may be among them: the worker had not come to them when the follow came.
            try await eventually("\(follower) has all since the follow") {
                try Set(world.ids(.home(follower))).isSuperset(of: ids)
            }
        }
        try await worker.stop()
    }

    @Test func aHugeFanOutDoesNotHoldUpOthers() async throws {
        let world = try World(partitions: 1)
        let celebrity = AccountID(rawValue: 1)
        let author = AccountID(rawValue: 2)
        let crowd = accounts(1_000...3_999)
        try await world.follow(crowd.map { ($0, celebrity) })
        try await world.follow(AccountID(rawValue: 50), author)
        let writer = RecordingWriter()
        let worker = RunningRole(world, writer: writer) { $0.quantum = 10 }
        let loud = try await world.post(by: celebrity)
        let quiet = try await world.post(by: author)
        try await eventually("everybody has it") { writer.deliveries == crowd.count + 1 }
        #expect(writer.records(.home(AccountID(rawValue: 50))) == [world.record(quiet)])
        #expect(crowd.allSatisfy { writer.records(.home($0)) == [world.record(loud)] })
        try await eventually("all is committed") { try await isCommitted(world) }
        try await worker.stop()
    }

    @Test func whatWasNotCommittedIsDeliveredAfterACrashAndSeenOnce() async throws {
        let world = try World()
        let author = AccountID(rawValue: 1)
        let follower = AccountID(rawValue: 7)
        try await world.follow(follower, author)
        let first = RunningRole(world) {
            $0.smallSweepIntervalMilliseconds = 60_000
            $0.sweepIntervalMilliseconds = 60_000
        }
        try await first.holds(4)
        let (client, connection) = first.client()
        var ids = [try await world.post(by: author)]
        try await eventually("written, not committed") {
            _ = try await client.freshen(.home(follower))
            return try world.ids(.home(follower)) == ids
        }
        let term = try await client.freshen(.home(follower)).term
        await connection.close()
        await first.kill()
        ids.insert(try await world.post(by: author), at: 0)
        let second = RunningRole(world)
        try await eventually("both, each once") { try world.ids(.home(follower)) == ids }
        #expect(try world.recordsInFiles(.home(follower)) == 3)
        try await second.holds(4)
        let partition = Int(world.partitions.partition(of: follower).rawValue)
        #expect(try Lease.holder(of: LeaseName(scope: "normal", index: partition), in: world.shared)?.term == term + 1)
        try await second.stop()
    }

    @Test func aGracefulShutdownFlushesCommitsAndClosesItsTerm() async throws {
        let world = try World()
        let author = AccountID(rawValue: 1)
        let follower = AccountID(rawValue: 7)
        try await world.follow(follower, author)
        let first = RunningRole(world) { $0.smallSweepIntervalMilliseconds = 60_000 }
        try await first.holds(4)
        let id = try await world.post(by: author)
        try await eventually("taken in") { first.role.health.pendingDeliveries == 1 }
        #expect(try await first.stop() < .seconds(3))
        #expect(try world.ids(.home(follower)) == [id])
        let second = RunningRole(world)
        try await second.holds(4)
        let next = try await world.post(by: author)
        try await eventually("the next one too") { try world.ids(.home(follower)) == [next, id] }
        #expect(try world.recordsInFiles(.home(follower)) == 2)
        let partition = Int(world.partitions.partition(of: follower).rawValue)
        #expect(try Lease.holder(of: LeaseName(scope: "normal", index: partition), in: world.shared)?.term == 1)
        try await second.stop()
    }

    @Test func oneOfTwoWorkersHoldsAndTheOtherTakesOver() async throws {
        let world = try World()
        let author = AccountID(rawValue: 1)
        try await world.follow(AccountID(rawValue: 7), author)
        let first = RunningRole(world)
        try await first.holds(4)
        let second = RunningRole(world)
        let before = try await world.post(by: author)
        try await eventually("delivered") { try world.ids(.home(AccountID(rawValue: 7))) == [before] }
        #expect(second.role.health.heldPartitions == 0)
        try await first.stop()
        try await second.holds(4)
        let after = try await world.post(by: author)
        try await eventually("delivered by the other") {
            try world.ids(.home(AccountID(rawValue: 7))) == [after, before]
        }
        try await second.stop()
    }

    @Test func thirtyTwoLeasesAreTakenWithinASecond() async throws {
        let world = try World(partitions: 32)
        let start = ContinuousClock.now
        let worker = RunningRole(world)
        try await worker.holds(32)
        let took = ContinuousClock.now - start
        print("32 leases in \(took)")
        #expect(took < .seconds(3))
        try await worker.stop()
    }

    @Test func aMailboxThatCannotBeWrittenGoesToDeadLettersAndTheRestGoesOn() async throws {
        let world = try World()
        let author = AccountID(rawValue: 1)
        let broken = AccountID(rawValue: 7)
        let fine = AccountID(rawValue: 8)
        try await world.follow([(broken, author), (fine, author)])
        let address = Address.home(broken)
        let hash = String(address.hash, radix: 16)
        let padded = String(repeating: "0", count: 16 - hash.count) + hash
        let parent = world.shared + "/mailboxes/\(padded.prefix(2))/\(padded.dropFirst(2).prefix(2))"
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        // A file where the mailbox's directory should be.
        try Data().write(to: URL(fileURLWithPath: parent + "/" + address.owner))
        let worker = RunningRole(world)
        let id = try await world.post(by: author)
        try await eventually("the other one has it") { try world.ids(.home(fine)) == [id] }
        let path = world.shared + "/dead-letters/deliver-normal.log"
        try await eventually("a dead letter") {
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            return text.contains("address: \(address)\nid: \(id)\n") && text.contains("status \(id)")
        }
        try await eventually("committed") { try await isCommitted(world) }
        try await worker.stop()
    }

    @Test func whatIsNotUnderstoodGoesToDeadLettersAndTheRestGoesOn() async throws {
        let world = try World()
        let partition = world.partitions.partition(of: .public)
        let good = DeliveryItem(
            id: 5, author: nil, toFollowers: false, addresses: [.public], record: world.record(5)[...])
        let stray = DeliveryItem(
            id: 6, author: nil, toFollowers: false,
            addresses: [.home(world.account(1, in: Int(partition.rawValue) ^ 1)), .public], record: world.record(6)[...]
        )
        let items: [[UInt8]] = [[9, 9, 9], good.encoded(), stray.encoded()]
        try await world.queue.append(
            [
                OutgoingFrame(partition: partition, bytes: ItemBatch.encoded(items)),
                OutgoingFrame(partition: partition, bytes: [1, 2, 3]),
            ], to: Lane.normal.topic)
        let worker = RunningRole(world)
        try await eventually("the good ones arrive") { try world.ids(.public) == [6, 5] }
        try await eventually("all is committed") { try await isCommitted(world) }
        let text = try String(
            decoding: Data(contentsOf: URL(fileURLWithPath: world.shared + "/dead-letters/deliver-normal.log")),
            as: UTF8.self)
        #expect(text.components(separatedBy: "dead-letter 2\n").count == 4)
        try await worker.stop()
    }

    private func isCommitted(_ world: World) async throws -> Bool {
        let ends = try await world.queue.ends(of: Lane.normal.topic, partitions: world.partitions.all)
        let committed = try await world.queue.committed(
            Lane.normal.topic, group: Topics.Group.deliver, partitions: world.partitions.all)
        return ends.allSatisfy { committed[$0.key, default: Cursor()].reaches($0.value) }
    }
}
