import HashRing
import Queue
import SocialGraph
import StatuscastModel
import Testing

@testable import Deliver

/// Hooks in a worker that runs: what comes to lie in the mailboxes.
@Suite struct HookedWorkerTests {
    private func post(
        _ world: World, by author: AccountID, to addresses: [Address] = [], replyTo: AccountID? = nil
    ) async throws -> UInt64 {
        let id = world.id()
        let record = world.record(id)
        let traits = DeliveryTraits(kind: .status, author: author, inReplyToAccount: replyTo)
        let frames = world.partitions.all.map { partition in
            let item = DeliveryItem(
                id: id, author: author, toFollowers: true,
                addresses: addresses.filter { world.partitions.partition(of: $0) == partition }, record: record[...],
                traits: traits)
            return OutgoingFrame(partition: partition, bytes: ItemBatch.encoded([item.encoded()]))
        }
        try await world.queue.append(frames, to: Lane.normal.topic)
        return id
    }

    private func tell(_ world: World, _ changes: [AccountEvent.Change]) async throws {
        let items = changes.map { AccountEvent(id: EventID(rawValue: world.id()), change: $0).encoded() }
        try await world.queue.append(
            [OutgoingFrame(partition: PartitionIndex(rawValue: 0), bytes: ItemBatch.encoded(items))],
            to: Topics.accounts)
    }

    @Test func rulesThatWereAnsweredBeforeAPostHoldForIt() async throws {
        let world = try World()
        let role = RunningRole(world)
        try await role.holds(world.partitions.rawValue)
        let (ada, other) = (world.account(1, in: 0), world.account(2, in: 1))
        // Enough for several quanta, so that large fan-outs go through hooks as well.
        let followers = (0..<300).map { world.account(UInt64(100 + $0), in: $0 % 4) }
        try await world.follow(followers.map { ($0, ada) })
        let (muter, blocker, both, plain) = (followers[0], followers[1], followers[2], followers[3])
        try await tell(
            world,
            [
                .muted(Mute(muter: muter, muted: ada, hidesNotifications: true)),
                .blocked(blocker: blocker, blocked: ada),
                .followed(.init(follower: both, followee: other)),
            ])
        let first = try await post(world, by: ada, to: [.notifications(muter), .notifications(plain), .home(ada)])
        let reply = try await post(world, by: ada, replyTo: other)
        // A worker reads accounts to their end: what is taken back before it comes to a post holds no more for that.
        try await eventually("the reply has come") { try world.ids(.home(both)) == [reply, first] }
        try await tell(world, [.unmuted(muter: muter, muted: ada), .unblocked(blocker: blocker, blocked: ada)])
        let last = try await post(world, by: ada)

        try await eventually("the last is everywhere") {
            try followers.allSatisfy { try world.ids(.home($0)).contains(last) }
        }
        #expect(try world.ids(.home(muter)) == [last])
        #expect(try world.ids(.home(blocker)) == [last])
        #expect(try world.ids(.home(both)) == [last, reply, first])
        #expect(try world.ids(.home(plain)) == [last, first])
        #expect(try world.ids(.notifications(muter)) == [])
        try await eventually("the others are told") { try world.ids(.notifications(plain)) == [first] }
        try await eventually("the author has it") { try world.ids(.home(ada)) == [first] }
        try await role.stop()
    }

    @Test func largeFanOutsAreNarrowedQuantumByQuantum() async throws {
        let world = try World(partitions: 1)
        let role = RunningRole(world) { $0.quantum = 16 }
        try await role.holds(1)
        let ada = world.account(1, in: 0)
        let followers = (0..<200).map { world.account(UInt64(100 + $0), in: 0) }
        try await world.follow(followers.map { ($0, ada) })
        let muters = followers.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
        try await tell(world, muters.map { .muted(Mute(muter: $0, muted: ada)) })
        let id = try await post(world, by: ada)
        let expected = Set(followers).subtracting(muters)
        try await eventually("those who want it have it") {
            try expected.allSatisfy { try world.ids(.home($0)) == [id] }
        }
        for muter in muters { #expect(try world.ids(.home(muter)) == []) }
        try await role.stop()
    }

    @Test func copiesOfWhatIsDeliveredGoToTheTopicsThatThereAre() async throws {
        let world = try World(routeTopics: ["route.push"])
        let role = RunningRole(world, moreHooks: [CopyingHook()]) {
            $0.hooks.routeTopics = ["route.push", "route.away"]
        }
        try await role.holds(world.partitions.rawValue)
        let ada = world.account(1, in: 0)
        let followers = (0..<8).map { world.account(UInt64(100 + $0), in: $0 % 4) }
        let (muter, mentioned) = (followers[0], world.account(200, in: 2))
        try await world.follow(followers.map { ($0, ada) })
        try await tell(world, [.muted(Mute(muter: muter, muted: ada))])
        let id = try await post(world, by: ada, to: [.notifications(muter), .notifications(mentioned)])
        let expected = Set(followers).subtracting([muter])
        try await eventually("delivered, although one of the topics is not there") {
            try expected.allSatisfy { try world.ids(.home($0)) == [id] }
                && world.ids(.notifications(mentioned)) == [id]
        }
        let subscription = try await world.queue.subscribe(to: "route.push", group: Topics.Group.route)
        for partition in world.partitions.all { try await subscription.add(partition, after: Cursor()) }
        var copies: [RouteItem] = []
        try await eventually("everybody's copy is there") {
            for frame in try await subscription.next(maxBytes: 1 << 20, waitMilliseconds: 100) {
                guard case .bytes(let bytes) = frame.content else { continue }
                copies += try ItemBatch.items(of: bytes).map { try RouteItem(decoding: $0) }
            }
            return copies.count >= expected.count + 1
        }
        await subscription.close()
        #expect(Set(copies.compactMap(\.recipient)) == expected.union([mentioned]), "nothing of what is kept out")
        let record = world.record(id)
        #expect(
            copies.allSatisfy { $0.id == id && $0.author == ada && $0.hook == "copying" && Array($0.bytes) == record })
        try await role.stop()
    }
}

/// Sends a copy of everything to two topics, one of which does not exist.
struct CopyingHook: DeliveryHook {
    let name = "copying"

    func concerns(_ item: HookedItem, knowing lookup: borrowing RecipientLookup) -> Bool { true }

    func decision(
        for recipient: AccountID, at place: DeliveryPlace, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup
    ) -> DeliveryDecision { .deliverAndSend(["route.push", "route.away"]) }
}
