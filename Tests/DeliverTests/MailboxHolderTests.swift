import HashRing
import Peers
import StatuscastModel
import Testing
import Wire

@testable import Deliver

struct MailboxHolderTests {
    private let author = AccountID(rawValue: 1)
    private let follower = AccountID(rawValue: 7)
    private let rarely: @Sendable (inout DeliverConfiguration) -> Void = {
        $0.smallSweepIntervalMilliseconds = 60_000
        $0.sweepIntervalMilliseconds = 60_000
    }

    private func watch(_ watcher: UInt64, add: [Address] = [], remove: [Address] = []) -> PeerWatchMailboxes {
        var request = PeerWatchMailboxes()
        request.watcher = watcher
        request.add = add.map(\.description)
        request.remove = remove.map(\.description)
        return request
    }

    private func question(_ watcher: UInt64, after: UInt64, wait: UInt32) -> PeerAwaitChanges {
        var request = PeerAwaitChanges()
        request.watcher = watcher
        request.after = after
        request.waitMilliseconds = wait
        return request
    }

    @Test func freshenWritesOneMailboxAndNamesItsState() async throws {
        let world = try World()
        try await world.follow([(follower, author), (AccountID(rawValue: 8), author)])
        let worker = RunningRole(world, rarely)
        try await worker.holds(4)
        let (client, connection) = worker.client()
        let empty = try await client.freshen(.home(follower))
        #expect(empty.term == 1 && !empty.catchingUp)
        let id = try await world.post(by: author)
        try await eventually("taken in") { worker.role.health.pendingDeliveries == 2 }
        let written = try await client.freshen(.home(follower))
        #expect(try world.ids(.home(follower)) == [id])
        #expect(try world.ids(.home(AccountID(rawValue: 8))).isEmpty)
        #expect(written.version > empty.version)
        #expect(try await client.freshen(.home(follower)) == written)
        await #expect(throws: PeerError.self) {
            var request = PeerFreshenMailbox()
            request.address = "nonsense/x"
            _ = try await client.freshen(request)
        }
        await connection.close()
        try await worker.stop()
    }

    @Test func aWatcherIsToldWithinMilliseconds() async throws {
        let world = try World()
        try await world.follow(follower, author)
        let worker = RunningRole(world, rarely)
        try await worker.holds(4)
        let (client, connection) = worker.client()
        try await client.watch(watch(11, add: [.home(follower), .public]))
        var sequence = try await client.awaitChanges(question(11, after: 0, wait: 0)).sequence
        var fastest = Duration.seconds(10)
        for _ in 0..<10 {
            let request = question(11, after: sequence, wait: 5_000)
            async let changes = client.awaitChanges(request)
            try await Task.sleep(for: .milliseconds(20))
            let start = ContinuousClock.now
            let id = try await world.post(by: author)
            let answer = try await changes
            fastest = min(fastest, ContinuousClock.now - start)
            #expect(answer.addresses == ["home/7"] && !answer.lost)
            #expect(try world.ids(.home(follower)).first == id)
            sequence = answer.sequence
        }
        print("posted, written and told in \(fastest) at best")
        #expect(fastest < .milliseconds(100))
        let quiet = try await client.awaitChanges(question(11, after: sequence, wait: 100))
        #expect(quiet.addresses.isEmpty && !quiet.lost)
        try await client.watch(watch(11, remove: [.home(follower)]))
        try await world.post(by: author)
        try await eventually("taken in") { worker.role.health.pendingDeliveries == 1 }
        await connection.close()
        try await worker.stop()
    }

    @Test func strangersAreToldToAskAgain() async throws {
        let world = try World()
        let worker = RunningRole(world) { $0.wantedPartitions = [world.partitions.partition(of: .public)] }
        try await worker.holds(1)
        let (client, connection) = worker.client()
        #expect(try await client.awaitChanges(question(12, after: 0, wait: 1_000)).lost)
        let elsewhere = Address.home(world.account(1, in: Int(world.partitions.partition(of: .public).rawValue) ^ 1))
        for request in [watch(12, add: [.public, elsewhere])] {
            let error = await #expect(throws: PeerError.self) { try await client.watch(request) }
            #expect(error?.code == .notHolder)
        }
        let error = await #expect(throws: PeerError.self) { try await client.freshen(elsewhere) }
        #expect(error?.code == .notHolder)
        #expect(try await client.freshen(.public).term == 1)
        await connection.close()
        try await worker.stop()
    }

    @Test func aLongSweepDoesNotHoldUpLongPolls() async throws {
        let world = try World()
        let writer = RecordingWriter()
        writer.holdSyncs(true)
        let worker = RunningRole(world, writer: writer)
        try await worker.holds(4)
        let (client, connection) = worker.client()
        try await client.watch(watch(14, add: [.tag("quiet")]))
        try await world.post(by: nil, to: [.public])
        try await eventually("the sweep is under way") { writer.syncs == 1 }
        let answer = try await client.awaitChanges(question(14, after: 0, wait: 100))
        #expect(answer.addresses.isEmpty && !answer.lost)
        writer.holdSyncs(false)
        await connection.close()
        try await worker.stop()
    }

    @Test func aShutdownEndsLongPolls() async throws {
        let world = try World()
        let worker = RunningRole(world)
        try await worker.holds(4)
        let (client, connection) = worker.client()
        try await client.watch(watch(13, add: [.public]))
        let request = question(13, after: 0, wait: 30_000)
        let poll = Task { try? await client.awaitChanges(request) }
        try await Task.sleep(for: .milliseconds(50))
        #expect(try await worker.stop() < .seconds(3))
        _ = await poll.value
        await connection.close()
    }
}
