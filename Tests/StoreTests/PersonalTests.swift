import CanonicalStore
import Foundation
import HashRing
import Peers
import Queue
import StatuscastModel
import SwiftProtobuf
import Testing

struct PersonalTests {
    private func withPeople(_ body: (StoreClient, World, AccountID, AccountID) async throws -> Void) async throws {
        let world = try World()
        try await world.withStore(nil) { store in
            let application = try await store.application()
            let alice = try await store.signUp("alice", application).account
            let bob = try await store.signUp("bob", application).account
            try await body(store, world, AccountID(rawValue: alice), AccountID(rawValue: bob))
        }
        await world.end()
    }

    private func refusal(of fact: PersonalFact, _ store: StoreClient) async -> PeerError.Code? {
        await peerError { () throws(PeerError) in try await store.keep(fact) }?.code
    }

    private func kept(_ shelf: PersonalFact.Shelf, of owner: AccountID, _ store: StoreClient) async throws
        -> [PersonalFact]
    {
        let query = PeerKeptFactQuery.with {
            $0.owner = owner.rawValue
            $0.shelf = UInt32(shelf.rawValue)
            $0.limit = 100
        }
        return try await store.keptFacts(query).map { try $0.read().fact }
    }

    private func list(_ fact: PersonalFact) -> StatusList? {
        if case .listSet(let list) = fact { list } else { nil }
    }

    private func waiting(_ fact: PersonalFact) -> ScheduledStatus? {
        if case .scheduledSet(let scheduled) = fact { scheduled } else { nil }
    }

    @Test func aListHasOnlyWhomItsOwnerFollows() async throws {
        try await withPeople { store, _, alice, bob in
            let made = try await store.keep(
                .listSet(StatusList(id: ListID(rawValue: 0), owner: alice, title: "friends", isExclusive: true)))
            let list = try #require(self.list(made.fact))
            #expect(list.id.rawValue != 0 && made.version.rawValue != 0)
            func member(_ isOn: Bool, owner: AccountID? = nil) -> PersonalFact {
                .listMember(ListMembership(owner: owner ?? alice, list: list.id, account: bob, isOn: isOn))
            }
            #expect(await refusal(of: member(true), store) == .notFound, "alice does not follow bob")
            let follow = PeerFollow.with {
                $0.follower = alice.rawValue
                $0.followee = bob.rawValue
            }
            _ = try await store.follow(follow)
            try await store.keep(member(true))
            #expect(await refusal(of: member(true), store) == .invalid, "he is in it")
            #expect(await refusal(of: member(true, owner: bob), store) == .notFound, "it is not bob's list")
            let rules = try await store.viewerRules(of: alice)
            #expect(rules.lists.map(\.members) == [[bob.rawValue]] && rules.lists.first?.exclusive == true)
            _ = try await store.unfollow(follow)
            #expect(try await kept(.members, of: alice, store).isEmpty)

            #expect(await refusal(of: .listRemoved(owner: bob, list: list.id), store) == .notFound)
            try await store.keep(.listRemoved(owner: alice, list: list.id))
            #expect(await refusal(of: .listSet(list), store) == .notFound)
            let untitled = StatusList(id: ListID(rawValue: 0), owner: alice, title: " ")
            #expect(await refusal(of: .listSet(untitled), store) == .invalid)
        }
    }

    @Test func tagsAndMarkersAreKept() async throws {
        try await withPeople { store, _, alice, _ in
            func tag(_ name: String, _ isOn: Bool) -> TagChoice { TagChoice(owner: alice, tag: name, isOn: isOn) }
            try await store.keep(.tagFollowed(tag("swift", true)))
            let again = try await store.keep(.tagFollowed(tag("swift", true)))
            #expect(again.version.rawValue != 0)
            #expect(try await kept(.followedTags, of: alice, store) == [.tagFollowed(tag("swift", true))])
            try await store.keep(.tagFollowed(tag("swift", false)))
            #expect(try await kept(.followedTags, of: alice, store).isEmpty)

            for index in 0..<Limits.featuredTagsPerAccount {
                try await store.keep(.tagFeatured(tag("t\(index)", true)))
            }
            #expect(await refusal(of: .tagFeatured(tag("one_more", true)), store) == .invalid)
            #expect(await refusal(of: .tagFeatured(tag("t1", true)), store) == .invalid)

            for read in [UInt64(5), 9] {
                try await store.keep(.markerSet(Marker(owner: alice, timeline: "home", lastRead: read)))
            }
            #expect(
                try await kept(.markers, of: alice, store)
                    == [.markerSet(Marker(owner: alice, timeline: "home", lastRead: 9, count: 1))])
        }
    }

    /// What is judged by something that another change has replaced is judged anew, or refused; never lost.
    @Test func changesOfOneThingAtOnceDoNotOverwriteEachOther() async throws {
        try await withPeople { store, _, alice, _ in
            let made = await withTaskGroup(of: Bool.self) { group in
                for read in 1...12 {
                    group.addTask {
                        let marker = Marker(owner: alice, timeline: "home", lastRead: UInt64(read))
                        return (try? await store.keep(.markerSet(marker))) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            guard case .markerSet(let marker)? = try await kept(.markers, of: alice, store).first else {
                throw PeerError(.notFound, "no marker")
            }
            #expect(made > 0 && marker.count == UInt64(made) - 1)
        }
    }

    /// Look-ups hear of it from `accounts` alone: they would go on delivering to a deleted account.
    @Test func whoLeavesFollowsNoTagAnyMore() async throws {
        try await withPeople { store, world, alice, bob in
            for owner in [alice, bob] {
                try await store.keep(.tagFollowed(TagChoice(owner: owner, tag: "swift", isOn: true)))
            }
            _ = try await world.directory.operatorOfStore().delete(.with { $0.account = alice.rawValue })
            var following: [AccountID: Bool] = [:]
            let subscription = try await world.queue.subscribe(to: Topics.accounts, group: Topics.Group.lookups)
            for partition in PartitionCount.default.all { try await subscription.add(partition, after: Cursor()) }
            while case let frames = try await subscription.next(maxBytes: 1 << 20, waitMilliseconds: 50),
                !frames.isEmpty
            {
                for case .bytes(let bytes) in frames.map(\.content) {
                    for item in try ItemBatch.items(of: bytes) {
                        guard case .personal(.tagFollowed(let choice)) = try AccountEvent(decoding: item).change else {
                            continue
                        }
                        following[choice.owner] = choice.isOn
                    }
                }
            }
            await subscription.close()
            #expect(following == [alice: false, bob: true])
        }
    }

    private func scheduled(_ id: UInt64, _ author: AccountID, due: UInt64, status: UInt64? = nil) -> ScheduledStatus {
        ScheduledStatus(
            id: ScheduledID(rawValue: id), dueUnixMilliseconds: due, status: status.map(StatusID.init(rawValue:)),
            draft: StatusDraft(id: StatusID(rawValue: 0), author: author, text: "later", idempotencyKey: "k"))
    }

    private func now() -> UInt64 { UInt64(Date().timeIntervalSince1970 * 1_000) }

    /// Everything that was ever posted, in order.
    private func posted(_ world: World) async throws -> [StatusDraft] {
        let subscription = try await world.queue.subscribe(to: Topics.receive, group: Topics.Group.judge)
        for partition in PartitionCount.default.all { try await subscription.add(partition, after: Cursor()) }
        var drafts: [StatusDraft] = []
        while case let frames = try await subscription.next(maxBytes: 1 << 20, waitMilliseconds: 50), !frames.isEmpty {
            for case .bytes(let bytes) in frames.map(\.content) {
                for item in try ItemBatch.items(of: bytes) {
                    if case .post(let draft) = try ReceiveEvent(decoding: item) { drafts.append(draft) }
                }
            }
        }
        await subscription.close()
        return drafts
    }

    @Test func aStatusWaitsForItsTimeAndIsPublishedOnce() async throws {
        try await withPeople { store, world, alice, _ in
            let asked = scheduled(0, alice, due: now() + 3_600_000)
            let made = try #require(waiting(try await store.keep(.scheduledSet(asked)).fact))
            let again = try await store.keep(.scheduledSet(asked)).fact
            #expect(again == .scheduledSet(made), "the same idempotency key")
            var past = scheduled(0, alice, due: 5)
            past.draft.idempotencyKey = ""
            #expect(await refusal(of: .scheduledSet(past), store) == .invalid)
            #expect(try await posted(world).isEmpty)
            var sooner = made
            sooner.dueUnixMilliseconds = now() + 200
            try await store.keep(.scheduledSet(sooner))
            let isSo = try await eventually { try await kept(.scheduled, of: alice, store).isEmpty }
            #expect(isSo)
            let drafts = try await posted(world)
            #expect(drafts.map(\.text) == ["later"] && drafts.first?.author == alice)
            #expect(await refusal(of: .scheduledRemoved(owner: alice, id: made.id), store) == .notFound)
        }
    }

    @Test func whatIsTakenBackIsNotPublished() async throws {
        try await withPeople { store, world, alice, _ in
            let asked = scheduled(0, alice, due: now() + 400)
            let made = try #require(waiting(try await store.keep(.scheduledSet(asked)).fact))
            try await store.keep(.scheduledRemoved(owner: alice, id: made.id))
            let marker = scheduled(0, alice, due: now() + 800)
            var other = marker
            other.draft.text = "another"
            other.draft.idempotencyKey = ""
            try await store.keep(.scheduledSet(other))
            let isSo = try await eventually { try await posted(world).isEmpty == false }
            #expect(isSo)
            #expect(try await posted(world).map(\.text) == ["another"])
        }
    }

    /// Killed between its steps, the publisher goes on with the same item under the same id.
    @Test func afterACrashTheSameItemGoesOut() async throws {
        let world = try World()
        var alice = AccountID(rawValue: 0)
        try await world.withStore { store in
            alice = AccountID(rawValue: try await store.signUp("alice", try await store.application()).account)
        }
        let id = now() << 16
        let named = scheduled(id, alice, due: now(), status: id + 1)
        try await world.append([AccountEvent(id: EventID(rawValue: id), change: .personal(.scheduledSet(named)))])
        let item = try #require(named.published)
        try await world.queue.append(
            [
                OutgoingFrame(
                    partition: PartitionCount.default.partition(of: alice), bytes: ItemBatch.encoded([item.encoded()]))
            ], to: Topics.receive)
        try await world.withStore { store in
            let removal = PersonalFact.scheduledRemoved(owner: alice, id: named.id)
            #expect(await refusal(of: removal, store) == .notFound, "it is on its way")
            let isSo = try await eventually { try await kept(.scheduled, of: alice, store).isEmpty }
            #expect(isSo)
        }
        let drafts = try await posted(world)
        #expect(drafts.count == 2 && Set(drafts).count == 1 && drafts.first?.id.rawValue == id + 1)
        await world.end()
    }

    @Test func whileTheQueueTakesNothingWhatIsDueStaysDue() async throws {
        try await withPeople { store, world, alice, _ in
            try await store.keep(.scheduledSet(scheduled(0, alice, due: now() + 300)))
            world.queue.set(.refusesAppends)
            let due = now() + 1_200
            let isSo = try await eventually { now() > due }
            #expect(isSo)
            #expect(try await kept(.scheduled, of: alice, store).count == 1)
            world.queue.set(nil)
            let isGone = try await eventually { try await kept(.scheduled, of: alice, store).isEmpty }
            #expect(isGone)
            #expect(Set(try await posted(world).map(\.id)).count == 1)
        }
    }
}
