import Foundation
import HashRing
import Lease
import Mailbox
import Peers
import Queue
import StatuscastModel
import Synchronization
import Testing
import Wire

@testable import Deliver

struct FaultTests {
    private let author = AccountID(rawValue: 1)
    private let follower = AccountID(rawValue: 7)

    @Test func aFullDiskKeepsEverythingPendingUntilThereIsRoom() async throws {
        let world = try World()
        try await world.follow(follower, author)
        let writer = RecordingWriter()
        writer.fail(writes: .stopped("full"))
        let worker = RunningRole(world, writer: writer) { $0.pendingDeliveriesMax = 3 }
        for _ in 0..<3 { try await world.post(by: author) }
        try await eventually("health says so") { worker.role.health.trouble?.contains("full") == true }
        try await eventually("pending is full") { worker.role.health.pendingDeliveries == 3 }
        for _ in 0..<3 { try await world.post(by: author) }
        #expect(worker.role.health.pendingDeliveries == 3)
        let committed = try await world.queue.committed(
            Lane.normal.topic, group: Topics.Group.deliver,
            partitions: [world.partitions.partition(of: follower)])
        #expect(committed.values.allSatisfy { $0.numbers.values.allSatisfy { $0 == 0 } })
        writer.fail(writes: nil)
        try await eventually("all is there") { writer.records(.home(follower)).count == 6 }
        try await eventually("well again") { worker.role.health.trouble == nil }
        try await worker.stop()
    }

    @Test func afterAFailedSyncEverythingComesAgainWithAnotherTerm() async throws {
        let world = try World()
        try await world.follow(follower, author)
        let writer = RecordingWriter()
        writer.fail(syncs: .syncFailed("input/output error"))
        let worker = RunningRole(world, writer: writer)
        try await worker.holds(4)
        let id = try await world.post(by: author)
        try await eventually("written twice, with different terms") {
            let terms = writer.terms(.home(follower))
            return terms.count >= 2 && terms.first != terms.last
        }
        #expect(Set(writer.records(.home(follower))) == [world.record(id)])
        #expect(writer.renewals >= 1)
        try await worker.holds(4)
        try await eventually("well again") { worker.role.health.trouble == nil }
        try await worker.stop()
    }

    @Test func manyFailuresAndNoSuccessAreNotDeadLetters() async throws {
        let world = try World()
        try await world.follow((100..<300).map { (AccountID(rawValue: $0), author) })
        let writer = RecordingWriter()
        writer.fail(writes: .mailbox("stale file handle"))
        let worker = RunningRole(world, writer: writer)
        try await world.post(by: author)
        try await eventually("health says so") { worker.role.health.trouble?.contains("stale file handle") == true }
        #expect(worker.role.health.pendingDeliveries == 200)
        writer.fail(writes: nil)
        try await eventually("all is there") { writer.deliveries == 200 }
        try await worker.stop()
    }

    @Test func aMissingPermissionIsOneMailboxesFaultOnlyWhereAnotherCanBeWritten() async throws {
        let world = try World()
        let partition = PartitionIndex(rawValue: 0)
        let refused = Address.home(world.account(1, in: 0))
        let fine = Address.home(world.account(2, in: 0))
        let writer = RecordingWriter()
        writer.fail(writes: .refused("no permission"), of: refused)
        let worker = RunningRole(world, writer: writer)
        try await world.post(by: nil, to: [refused])
        try await eventually("health says so") { worker.role.health.trouble?.contains("no permission") == true }
        #expect(worker.role.health.pendingDeliveries == 1)
        #expect(try await committed(world, partition) == 0)
        try await world.post(by: nil, to: [fine])
        try await eventually("given up") { worker.role.health.pendingDeliveries == 0 }
        #expect(writer.records(fine).count == 1 && writer.records(refused).isEmpty)
        try await eventually("committed") { try await committed(world, partition) > 0 }
        let path = world.shared + "/dead-letters/deliver-normal.log"
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("address: \(refused)\n"))
        try await worker.stop()
    }

    @Test func whatIsWrittenDuringTheSyncOfAnInterruptedSweepIsNotCommittedWithIt() async throws {
        let world = try World()
        let partition = PartitionIndex(rawValue: 0)
        let swept = Address.home(world.account(1, in: 0))
        let late = Address.home(world.account(2, in: 0))
        let writer = RecordingWriter()
        writer.fail(writes: .stopped("full"), of: late)
        writer.holdSyncs(true)
        let worker = RunningRole(world, writer: writer)
        try await world.post(by: nil, to: [swept, late])
        try await eventually("the sync is under way") { writer.syncs == 1 }
        writer.fail(writes: nil)
        let (client, connection) = worker.client()
        _ = try await client.freshen(late)
        #expect(writer.records(late).count == 1)
        writer.holdSyncs(false)
        try await eventually("the sweep is over") { worker.role.health.trouble != nil }
        if writer.syncs == 1 { #expect(try await committed(world, partition) == 0) }
        try await eventually("committed") { try await committed(world, partition) > 0 }
        #expect(writer.syncs == 2)
        await connection.close()
        try await worker.stop()
    }

    @Test func partitionsAreServedWhileTheirEndsAreUnknown() async throws {
        let world = try World()
        let queue = ForgetfulQueue(world.queue, topic: Lane.normal.topic)
        queue.knowsEnds(false)
        let worker = RunningRole(world, queue: queue)
        try await worker.holds(4)
        let id = try await world.post(by: nil, to: [.public])
        try await eventually("delivered") { try world.ids(.public) == [id] }
        #expect(worker.role.health.catchingUp == 4)
        queue.knowsEnds(true)
        try await eventually("caught up") { worker.role.health.catchingUp == 0 }
        try await worker.stop()
    }

    private func committed(_ world: World, _ partition: PartitionIndex) async throws -> UInt64 {
        let cursors = try await world.queue.committed(
            Lane.normal.topic, group: Topics.Group.deliver, partitions: [partition])
        return cursors[partition]?.numbers.values.max() ?? 0
    }

    @Test func aHigherTermInTheQueueEndsATenure() async throws {
        let world = try World()
        try await world.follow(follower, author)
        let writer = RecordingWriter()
        let worker = RunningRole(world, writer: writer)
        try await worker.holds(4)
        let partition = world.partitions.partition(of: follower)
        try await world.queue.announce(
            term: 3, topic: Lane.normal.topic, group: Topics.Group.deliver, partition: partition)
        let first = try await world.post(by: author)
        try await eventually("delivered with the old term") { writer.terms(.home(follower)) == [1] }
        try await eventually("held with a term that the queue takes") {
            let name = LeaseName(scope: "normal", index: Int(partition.rawValue))
            return try Lease.holder(of: name, in: world.shared)?.term == 3
        }
        let second = try await world.post(by: author)
        try await eventually("delivered with the new term") { writer.terms(.home(follower)).last == 3 }
        #expect(Set(writer.records(.home(follower))) == [world.record(first), world.record(second)])
        try await worker.holds(4)
        try await worker.stop()
    }

    @Test func deliveriesWaitWhileTheEndOfAccountsIsUnknown() async throws {
        let world = try World()
        try await world.follow(follower, author)
        let queue = ForgetfulQueue(world.queue)
        queue.knowsEnds(false)
        let worker = RunningRole(world, queue: queue)
        try await worker.holds(4)
        let id = try await world.post(by: author)
        try await eventually("asked in vain") { queue.refusals > 3 }
        #expect(try world.ids(.home(follower)).isEmpty)
        queue.knowsEnds(true)
        try await eventually("delivered") { try world.ids(.home(follower)) == [id] }
        try await worker.stop()
    }

    @Test func aSlowDiskAtShutdownLeavesTheRestUncommitted() async throws {
        let world = try World()
        try await world.follow((100..<400).map { (AccountID(rawValue: $0), author) })
        let writer = RecordingWriter(millisecondsAWrite: 20)
        let worker = RunningRole(world, writer: writer) {
            $0.smallSweepIntervalMilliseconds = 60_000
            $0.drainMilliseconds = 300
        }
        try await worker.holds(4)
        let id = try await world.post(by: author)
        try await eventually("taken in") { worker.role.health.pendingDeliveries == 300 }
        #expect(try await worker.stop() < .seconds(3))
        let written = writer.deliveries
        #expect(written > 0 && written < 300)
        let quick = RecordingWriter()
        let second = RunningRole(world, writer: quick)
        try await eventually("the rest comes from the next holder") {
            (UInt64(100)..<400).allSatisfy { number in
                let home = Address.home(AccountID(rawValue: number))
                return (writer.records(home) + quick.records(home)).contains(world.record(id))
            }
        }
        try await second.stop()
    }
}

/// Keeps what it is given, and fails as it is told.
final class RecordingWriter: BundleWriting {
    private struct State {
        var records: [Address: [[UInt8]]] = [:]
        var terms: [Address: [UInt64]] = [:]
        var deliveries = 0
        var renewals = 0
        var writeFailure: BundleFailure?
        /// The mailbox that fails; nil for all.
        var failing: Address?
        var syncs = 0
        var holdsSyncs = false
        var syncFailure: BundleFailure?
    }

    private let state = Mutex(State())
    private let pauseMilliseconds: UInt32

    init(millisecondsAWrite: UInt32 = 0) { pauseMilliseconds = millisecondsAWrite }

    var deliveries: Int { state.withLock { $0.deliveries } }
    var renewals: Int { state.withLock { $0.renewals } }
    func records(_ address: Address) -> [[UInt8]] { state.withLock { $0.records[address] ?? [] } }
    func terms(_ address: Address) -> [UInt64] { state.withLock { $0.terms[address] ?? [] } }
    func fail(writes failure: BundleFailure?, of address: Address? = nil) {
        state.withLock { state in
            state.writeFailure = failure
            state.failing = address
        }
    }
    /// How many syncs have begun.
    var syncs: Int { state.withLock { $0.syncs } }
    func holdSyncs(_ holds: Bool) { state.withLock { $0.holdsSyncs = holds } }
    func fail(syncs failure: BundleFailure?) { state.withLock { $0.syncFailure = failure } }

    func write(_ claim: BundleClaim) -> Result<Void, BundleFailure> {
        if pauseMilliseconds > 0 { usleep(pauseMilliseconds * 1_000) }
        return state.withLock { state in
            if let failure = state.writeFailure, state.failing == nil || state.failing == claim.address {
                return .failure(failure)
            }
            state.records[claim.address, default: []] += claim.records.map { Array($0) }
            state.terms[claim.address, default: []].append(claim.term)
            state.deliveries += claim.count
            return .success(())
        }
    }

    func sync() -> Result<Void, BundleFailure> {
        state.withLock { $0.syncs += 1 }
        while state.withLock({ $0.holdsSyncs }) { usleep(2_000) }
        return state.withLock { $0.syncFailure.map { .failure($0) } ?? .success(()) }
    }

    func renew() -> Result<Void, BundleFailure> {
        state.withLock { state in
            state.renewals += 1
            state.syncFailure = nil
        }
        return .success(())
    }
}

/// A queue that may not know where a topic ends.
final class ForgetfulQueue: Queue {
    private let base: any Queue
    private let topic: String
    private let state = Mutex((knows: true, refusals: 0))

    init(_ base: any Queue, topic: String = Topics.accounts) {
        self.base = base
        self.topic = topic
    }

    func knowsEnds(_ knows: Bool) { state.withLock { $0.knows = knows } }
    var refusals: Int { state.withLock { $0.refusals } }

    func ends(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [PartitionIndex: Cursor] {
        let refuses = state.withLock { state in
            guard topic == self.topic, !state.knows else { return false }
            state.refusals += 1
            return true
        }
        if refuses { throw QueueError(.temporary, "as told") }
        return try await base.ends(of: topic, partitions: partitions)
    }

    func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) {
        try await base.append(frames, to: topic)
    }
    func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription {
        try await base.subscribe(to: topic, group: group)
    }
    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        try await base.committed(topic, group: group, partitions: partitions)
    }
    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError) {
        try await base.announce(term: term, topic: topic, group: group, partition: partition)
    }
    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        try await base.commit(topic, group: group, term: term, cursors: cursors)
    }
    func stats() async throws(QueueError) -> [TopicStats] { try await base.stats() }
    func close() async { await base.close() }
}
