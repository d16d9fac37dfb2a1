import CanonicalStore
import StatuscastModel
import Testing

struct RuleStoreTests {
    private func id(_ raw: UInt64) -> AccountID { AccountID(rawValue: raw) }
    private func event(_ id: UInt64, _ change: AccountEvent.Change) -> AccountEvent {
        AccountEvent(id: EventID(rawValue: id), change: change)
    }

    @Test(arguments: [1, 3]) func rulesAreAsTheHighestVersionSays(shards: Int) async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: try scratch.directory(), shards: shards)
        let filter = Filter(id: FilterID(rawValue: 3), owner: id(1), title: "new", contexts: .home)
        var oldFilter = filter
        oldFilter.title = "old"
        let events = [
            created(1, "alice", event: 1), created(2, "bob", event: 2), created(3, "cleo", event: 3),
            event(14, .blocked(blocker: id(1), blocked: id(2))), event(11, .unblocked(blocker: id(1), blocked: id(2))),
            event(12, .blocked(blocker: id(3), blocked: id(1))), event(13, .muted(Mute(muter: id(1), muted: id(3)))),
            event(16, .blocked(blocker: id(1), blocked: id(3))),
            event(21, .filterSet(filter)), event(20, .filterSet(oldFilter)),
            event(22, .filterSet(Filter(id: FilterID(rawValue: 4), owner: id(1), title: "x", contexts: .home))),
            event(23, .filterRemoved(owner: id(1), filter: FilterID(rawValue: 4))),
        ]
        for event in events + events.reversed() {
            let shard = try #require(store.shard(of: event))
            try await store.apply([event], shard: shard)
        }
        let rules = try await store.rules(of: id(1), atUnixMilliseconds: 5)
        #expect(Set(rules.blocking) == [id(2), id(3)] && rules.blockedBy == [id(3)])
        #expect(rules.mutes.map(\.muted) == [id(3)])
        #expect(try await store.filters(of: id(1)) == [filter])
        #expect(try await store.isBlocked(id(1), id(3)))
        #expect(try await store.isBlocked(id(2), id(1)))
        #expect(try await !store.isBlocked(id(2), id(3)))
        let newest = try await store.blocks(of: id(1), RelationPage(limit: 1))
        #expect(newest.map(\.account) == [id(3)] && newest.first?.version.rawValue == 16)
        let next = try await store.blocks(of: id(1), RelationPage(below: EventID(rawValue: 16), limit: 5))
        #expect(next.map(\.account) == [id(2)])
        let above = try await store.blocks(
            of: id(1), RelationPage(above: EventID(rawValue: 1), fromOldest: true, limit: 1))
        #expect(above.map(\.account) == [id(2)])
        let relation = try await store.relationships(of: id(1), to: [id(3)]).first
        #expect(relation?.isBlocking == true && relation?.isBlockedBy == true && relation?.mute != nil)
        await store.close()
    }

    @Test func aDeletedAccountLeavesNoRules() async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: try scratch.directory())
        let filter = Filter(id: FilterID(rawValue: 3), owner: id(1), title: "secret", contexts: .home)
        try await store.apply(
            [
                created(1, "alice", event: 1), created(2, "bob", event: 2),
                event(10, .blocked(blocker: id(1), blocked: id(2))),
                event(11, .blocked(blocker: id(2), blocked: id(1))),
                event(12, .muted(Mute(muter: id(1), muted: id(2)))), event(13, .filterSet(filter)),
                event(20, .accountDeleted(id(1))), event(12, .muted(Mute(muter: id(1), muted: id(2)))),
            ], shard: 0)
        for account in [id(1), id(2)] {
            let rules = try await store.rules(of: account, atUnixMilliseconds: 5)
            #expect(rules.blocking.isEmpty && rules.blockedBy.isEmpty && rules.mutes.isEmpty)
        }
        #expect(try await store.filters(of: id(1)).isEmpty)
        await store.close()
    }

    @Test func whatIsHeldWaitsForAnyOtherVerdict() async throws {
        let scratch = try Scratch()
        let store = try await MessageStore.open(in: try scratch.directory())
        func held(_ id: UInt64) -> AcceptedEvent {
            guard case .accepted(let status) = accepted(id) else { return accepted(id) }
            return .held(HeldStatus(status: status, reason: "spam"))
        }
        func one(_ id: UInt64) async throws -> StoredStatus? {
            try await store.statuses([StatusID(rawValue: id)])[StatusID(rawValue: id)]
        }
        try await store.apply([held(1), held(2), held(3), held(4)], shard: 0)
        var first = try await one(1)
        #expect(first?.isHeld == true && first?.record.isEmpty == false)
        #expect(try await store.statusCount() == 0)
        try await store.apply([accepted(1), refused(2), deleted(3), held(1), held(2), held(3)], shard: 0)
        first = try await one(1)
        #expect(first?.isHeld == false && first?.record.isEmpty == false)
        let second = try await one(2)
        #expect(second?.refusedReason == "because" && second?.record.isEmpty == true)
        let third = try await one(3)
        #expect(third?.isDeleted == true && third?.record.isEmpty == true)
        #expect(try await one(4)?.isHeld == true)
        #expect(try await store.statusCount() == 1)
        try await store.apply([accepted(2), refused(1)], shard: 0)
        #expect(try await one(1)?.refusedReason == nil, "acceptance wins")
        #expect(try await one(2)?.refusedReason == nil, "acceptance wins")
        await store.close()
    }
}
