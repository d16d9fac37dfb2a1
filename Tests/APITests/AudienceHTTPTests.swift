import HashRing
import Peers
import Queue
import StatuscastModel
import Synchronization
import Testing

@testable import API

/// What was delivered to somebody who has ceased to follow since, or lies where it never should have.
@Suite struct AudienceHTTPTests {
    private static let home = "/api/v1/timelines/home"

    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    private func ids(_ numbers: [Int]) -> [String] { numbers.map { String(id($0)) } }

    private func follow(_ world: FrontWorld, _ follower: AccountID, _ followee: AccountID) {
        world.store.state.withLock { _ = $0.follows.insert([follower.rawValue, followee.rawValue]) }
    }

    @Test func aHomeShowsWhatIsForFollowersOnlyWhileItsOwnerFollows() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let carol = world.store.addPerson("carol", token: "c")
            follow(world, alice, bob)
            let named = [StatusRecord.Mention(account: alice, username: "alice")]
            let to = [Address.home(alice)]
            try world.deliver(id(1), by: bob, named: "bob", "everybody", to: to)
            try world.deliver(id(2), by: bob, named: "bob", "followers", to: to, visibility: .private)
            try world.deliver(id(3), by: carol, named: "carol", "of a stranger", to: to, visibility: .private)
            try world.deliver(
                id(4), by: carol, named: "carol", "@alice", to: to, visibility: .private, mentions: named)
            try world.deliver(id(5), by: alice, named: "alice", "my own", to: to, visibility: .private)
            try world.deliver(id(6), by: bob, named: "bob", "for others", to: to, visibility: .direct)
            try world.deliver(id(7), by: bob, named: "bob", "@alice", to: to, visibility: .direct, mentions: named)
            #expect(try await world.get(Self.home, "a").ids == ids([7, 5, 4, 2, 1]))
            _ = try await world.post("/api/v1/accounts/\(bob)/unfollow", "a")
            #expect(try await world.get(Self.home, "a").ids == ids([7, 5, 4, 1]))
            _ = try await world.post("/api/v1/accounts/\(bob)/follow", "a")
            #expect(try await world.get(Self.home, "a").ids == ids([7, 5, 4, 2, 1]))
            _ = try await world.post("/api/v1/accounts/\(alice)/block", "b")
            #expect(try await world.get(Self.home, "a").ids == ids([5, 4]), "whom bob blocks sees nothing of bob")
        }
    }

    @Test func aKeptPageGoesWhenItsViewerCeasesToFollow() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            follow(world, alice, bob)
            try world.deliver(
                id(1), by: bob, named: "bob", "followers", to: [.home(alice), .outbox(bob)], visibility: .private)
            let pages = [Self.home, "/api/v1/accounts/\(bob)/statuses"]
            for page in pages { #expect(try await world.get(page, "a").ids == ids([1])) }
            // Ended through another front: only the topic says so.
            world.store.state.withLock { _ = $0.follows.remove([alice.rawValue, bob.rawValue]) }
            let event = AccountEvent(
                id: EventID(rawValue: 1), change: .unfollowed(follower: alice, followee: bob))
            try await world.queue.append(
                [.init(partition: PartitionIndex(rawValue: 0), bytes: ItemBatch.encoded([event.encoded()]))],
                to: Topics.accounts)
            for page in pages {
                try await eventually("\(page) is put together anew") { try await world.get(page, "a").ids.isEmpty }
            }
        }
    }

    @Test func withoutTheStoreOnlyWhoIsKnownToFollowSeesIt() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let carol = world.store.addPerson("carol", token: "c")
            follow(world, alice, bob)
            follow(world, alice, carol)
            let to = [Address.home(alice)]
            try world.deliver(id(1), by: bob, named: "bob", "known", to: to, visibility: .private)
            #expect(try await world.get(Self.home, "a").ids == ids([1]))
            await world.stopStore()
            try world.deliver(id(2), by: carol, named: "carol", "unknown", to: to, visibility: .private)
            try world.deliver(id(3), by: carol, named: "carol", "everybody", to: to)
            // Another page than the one that is kept.
            #expect(try await world.get(Self.home + "?limit=39", "a").ids == ids([3, 1]))
        }
    }

    @Test func whatIsHiddenDoesNotEndThePage() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let to = [Address.home(alice)]
            for number in 1...3 { try world.deliver(id(number), by: bob, named: "bob", "\(number)", to: to) }
            for number in 4...40 {
                let author = AccountID(rawValue: UInt64(number % 3 + 1))
                try world.deliver(
                    id(number), by: author, named: "x", "\(number)", to: to, visibility: .private)
            }
            #expect(try await world.get(Self.home + "?limit=3", "a").ids == ids([3, 2, 1]))
        }
    }

    @Test func notificationsDoNotShowWhatTheirOwnerMayNotSee() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let to = [Address.notifications(alice)]
            let named = [StatusRecord.Mention(account: alice, username: "alice")]
            try world.deliver(
                id(1), by: bob, named: "bob", "@alice", to: to, visibility: .private, mentions: named)
            try world.deliver(id(2), by: bob, named: "bob", "not for alice", to: to, visibility: .private)
            try world.deliver(id(3), by: bob, named: "bob", "", to: to, kind: .follow)
            #expect(try await world.get("/api/v1/notifications", "a").ids == ids([3, 1]))
            _ = try await world.post("/api/v1/accounts/\(bob)/block", "a")
            #expect(try await world.get("/api/v1/notifications", "a").ids.isEmpty)
        }
    }
}
