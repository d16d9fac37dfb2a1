import CanonicalStore
import StatuscastModel
import Testing

struct PersonalStoreTests {
    private let owner = AccountID(rawValue: 1)
    private let bob = AccountID(rawValue: 2)
    private let cleo = AccountID(rawValue: 3)

    private func event(_ id: UInt64, _ fact: PersonalFact) -> AccountEvent {
        AccountEvent(id: EventID(rawValue: id), change: .personal(fact))
    }

    private func list(_ id: UInt64, _ title: String) -> PersonalFact {
        .listSet(StatusList(id: ListID(rawValue: id), owner: owner, title: title))
    }

    private func member(_ list: UInt64, _ account: AccountID, _ isOn: Bool = true) -> PersonalFact {
        .listMember(ListMembership(owner: owner, list: ListID(rawValue: list), account: account, isOn: isOn))
    }

    private func scheduled(_ id: UInt64, due: UInt64) -> PersonalFact {
        .scheduledSet(
            ScheduledStatus(
                id: ScheduledID(rawValue: id), dueUnixMilliseconds: due,
                draft: StatusDraft(id: StatusID(rawValue: 0), author: owner, text: "later")))
    }

    private func apply(_ events: [AccountEvent], _ store: UserStore) async throws {
        for event in events { try await store.apply([event], shard: try #require(store.shard(of: event))) }
    }

    @Test(arguments: [1, 3]) func thingsAreAsTheHighestVersionSays(shards: Int) async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: try scratch.directory(), shards: shards)
        let events = [
            event(20, list(7, "new")), event(10, list(7, "old")), event(30, list(8, "other")),
            event(31, member(7, bob)), event(32, member(7, cleo)), event(33, member(8, bob)),
            event(40, .listRemoved(owner: owner, list: ListID(rawValue: 8))), event(41, member(7, cleo, false)),
        ]
        try await apply(events + events.reversed(), store)
        #expect(try await store.kept(.lists, of: owner, RelationPage(limit: 9)).map(\.fact) == [list(7, "new")])
        #expect(try await store.kept([.members], of: owner).map(\.fact) == [member(7, bob)])
        let one = try await store.kept(.lists, "7", of: owner)
        #expect(one?.version.rawValue == 20)
        #expect(try await store.kept(.lists, "8", of: owner) == nil)
        #expect(try await store.kept(.lists, "7", of: bob) == nil)
        await store.close()
    }

    @Test func pagesGoByVersions() async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: try scratch.directory())
        let tags = ["a", "b", "c", "d"].map { TagChoice(owner: owner, tag: $0, isOn: true) }
        try await apply(tags.enumerated().map { event(10 + UInt64($0.offset), .tagFollowed($0.element)) }, store)
        func page(_ page: RelationPage) async throws -> [String] {
            try await store.kept(.followedTags, of: owner, page).map(\.fact.key)
        }
        #expect(try await page(RelationPage(limit: 2)) == ["d", "c"])
        #expect(try await page(RelationPage(below: EventID(rawValue: 12), limit: 2)) == ["b", "a"])
        #expect(try await page(RelationPage(above: EventID(rawValue: 10), fromOldest: true, limit: 2)) == ["c", "b"])
        await store.close()
    }

    @Test func whoeverIsNotFollowedAnyMoreIsInNoList() async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: try scratch.directory())
        let unfollow = AccountEvent.Change.unfollowed(follower: owner, followee: bob)
        try await apply(
            [
                event(10, list(7, "x")), event(11, member(7, bob)), event(12, member(7, cleo)),
                AccountEvent(id: EventID(rawValue: 20), change: unfollow),
            ], store)
        #expect(try await store.kept([.members], of: owner).map(\.fact) == [member(7, cleo)])
        try await apply(
            [event(30, member(7, bob)), AccountEvent(id: EventID(rawValue: 25), change: unfollow)], store)
        #expect(try await store.kept([.members], of: owner).count == 2, "an older unfollow changes nothing")
        await store.close()
    }

    @Test func aDeletedAccountKeepsNothing() async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: try scratch.directory())
        let (mine, others) = (member(7, cleo), ListID(rawValue: 9))
        let about = PersonalFact.listMember(ListMembership(owner: bob, list: others, account: owner, isOn: true))
        let deletion = AccountEvent(id: EventID(rawValue: 20), change: .accountDeleted(owner))
        try await store.apply(
            [
                created(1, "alice", event: 1), event(10, list(7, "x")), event(11, mine), event(12, about),
                event(13, scheduled(5, due: 5)), deletion, event(30, scheduled(6, due: 5)),
            ], shard: 0)
        #expect(try await store.kept([.lists, .members, .scheduled], of: owner).isEmpty)
        #expect(try await store.kept([.members], of: bob).isEmpty)
        #expect(try await store.due(atUnixMilliseconds: 100, limit: 9).isEmpty)
        await store.close()
    }

    @Test(arguments: [1, 3]) func whatIsDueIsFoundUntilItIsRemoved(shards: Int) async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: try scratch.directory(), shards: shards)
        try await apply([event(10, scheduled(5, due: 50)), event(11, scheduled(6, due: 60))], store)
        #expect(try await store.due(atUnixMilliseconds: 49, limit: 9).isEmpty)
        #expect(try await store.due(atUnixMilliseconds: 50, limit: 9).map(\.fact.key) == ["5"])
        try await apply([event(12, scheduled(5, due: 70))], store)
        #expect(try await store.due(atUnixMilliseconds: 65, limit: 9).map(\.fact.key) == ["6"])
        try await apply([event(13, .scheduledRemoved(owner: owner, id: ScheduledID(rawValue: 6)))], store)
        #expect(try await store.due(atUnixMilliseconds: 99, limit: 9).map(\.fact.key) == ["5"])
        await store.close()
    }
}
