import CanonicalStore
import StatuscastModel
import Testing

struct PeopleStoreTests {
    private func id(_ raw: UInt64) -> AccountID { AccountID(rawValue: raw) }
    private func event(_ id: UInt64, _ change: AccountEvent.Change) -> AccountEvent {
        AccountEvent(id: EventID(rawValue: id), change: change)
    }
    private func changed(_ event: UInt64, _ account: UInt64, _ set: (inout Profile) -> Profile.Field) -> AccountEvent {
        var profile = Profile()
        let field = set(&profile)
        return self.event(event, .profileChanged(ProfileChange(account: id(account), fields: [field], of: profile)))
    }
    private func requested(_ event: UInt64, _ follower: UInt64, _ followee: UInt64) -> AccountEvent {
        self.event(event, .followRequested(.init(follower: id(follower), followee: id(followee))))
    }
    private func ended(_ event: UInt64, _ follower: UInt64, _ followee: UInt64) -> AccountEvent {
        self.event(event, .followRequestEnded(follower: id(follower), followee: id(followee)))
    }

    private func withStore(
        shards: Int, _ events: [AccountEvent], _ body: (UserStore) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: try scratch.directory(), shards: shards)
        try await apply(events, store, shards)
        try await body(store)
        await store.close()
    }

    /// One by one, as they might come again after a crash.
    private func apply(_ events: [AccountEvent], _ store: UserStore, _ shards: Int) async throws {
        for event in events {
            for shard in store.shard(of: event).map({ [$0] }) ?? Array(0..<shards) {
                try await store.apply([event], shard: shard)
            }
        }
    }

    private let people = [
        created(1, "alice", event: 1), created(2, "bob", event: 2), created(3, "cleo", event: 3),
        created(4, "dora", event: 4),
    ]

    @Test(arguments: [1, 3]) func everyFieldIsAsItsHighestVersionSays(shards: Int) async throws {
        let events =
            people + [
                changed(14, 1) {
                    $0.displayName = "new"; return .displayName
                },
                changed(13, 1) {
                    $0.displayName = "old"; return .displayName
                },
                changed(12, 1) {
                    $0.locked = true; return .locked
                },
                changed(15, 1) {
                    $0.avatar = "a"; return .avatar
                },
                changed(16, 2) {
                    $0.discoverable = false; return .discoverable
                },
            ]
        try await withStore(shards: shards, events.reversed() + events) { store in
            let alice = try #require(try await store.accounts([id(1)])[id(1)])
            #expect(alice.profile.displayName == "new" && alice.account.displayName == "new")
            #expect(alice.profile.locked && alice.account.locked && alice.profile.avatar == "a")
            #expect(alice.profile.discoverable && alice.profile.privacy == .public)
            #expect(try await store.search("new", limit: 5, offset: 0).map(\.account.id) == [id(1)])
            #expect(try await store.search("old", limit: 5, offset: 0).isEmpty)
            #expect(try await store.accounts(named: ["BOB"]).first?.profile.discoverable == false)
        }
    }

    @Test(arguments: [1, 3]) func requestsWaitUntilTheyEnd(shards: Int) async throws {
        let events = people + [requested(11, 2, 1), requested(12, 3, 1), requested(13, 4, 1), ended(14, 3, 1)]
        try await withStore(shards: shards, events + events.reversed()) { store in
            let page = try await store.followRequests(to: id(1), RelationPage(limit: 1))
            #expect(page.map(\.account) == [id(4)])
            let next = try await store.followRequests(
                to: id(1), RelationPage(below: EventID(rawValue: 13), limit: 5))
            #expect(next.map(\.account) == [id(2)])
            #expect(try await store.followRequestCount(to: id(1)) == 2)
            #expect(try await store.followRequest(from: id(2), to: id(1)) != nil)
            #expect(try await store.followRequest(from: id(3), to: id(1)) == nil)
            let own = try await store.relationships(of: id(1), to: [id(2), id(3)])
            #expect(own.map(\.isRequestedBy) == [true, false] && own.map(\.isRequested) == [false, false])
            #expect(try await store.relationships(of: id(2), to: [id(1)]).first?.isRequested == true)
        }
    }

    @Test(arguments: [1, 3]) func notesAreTheirOwnersAlone(shards: Int) async throws {
        func note(_ event: UInt64, _ owner: UInt64, _ text: String) -> AccountEvent {
            self.event(event, .noteSet(AccountNote(owner: id(owner), target: id(2), text: text)))
        }
        let events = people + [note(12, 1, "tall"), note(11, 1, "small"), note(13, 3, "")]
        try await withStore(shards: shards, events) { store async throws in
            func seen(_ viewer: UInt64, _ other: UInt64) async throws -> String? {
                try await store.relationships(of: id(viewer), to: [id(other)]).first?.note
            }
            #expect(try await seen(1, 2) == "tall")
            #expect(try await seen(3, 2) == "")
            #expect(try await seen(2, 1) == "")
        }
    }

    @Test(arguments: [1, 3]) func whoFollowsWhomComesInPages(shards: Int) async throws {
        var events = people + [followed(2, 1, event: 11), followed(3, 1, event: 12), followed(4, 1, event: 13)]
        events += [followed(2, 3, event: 14), unfollowed(4, 1, event: 15)]
        try await withStore(shards: shards, events) { store in
            let all = try await store.followers(of: id(1), RelationPage(limit: 5))
            #expect(all.map(\.account) == [id(3), id(2)] && all.map(\.version.rawValue) == [12, 11])
            let newer = try await store.followers(
                of: id(1), RelationPage(above: EventID(rawValue: 11), fromOldest: true, limit: 1))
            #expect(newer.map(\.account) == [id(3)])
            let following = try await store.following(of: id(2), RelationPage(limit: 1))
            #expect(following.map(\.account) == [id(3)])
            let familiar = try await store.familiarFollowers(
                of: [id(1), id(4)], to: id(2), limitEach: 5, followsMax: 10)
            #expect(familiar[id(1)] == [id(3)] && familiar[id(4)] == [])
        }
    }

    @Test(arguments: [1, 3]) func importedFollowsAreOnThePagesToo(shards: Int) async throws {
        let lists = AccountEvent.Change.followsImported([.init(follower: id(4), followees: [id(1), id(2)])])
        try await withStore(shards: shards, people + [event(20, lists), followed(3, 1, event: 21)]) { store in
            let all = try await store.followers(of: id(1), RelationPage(limit: 5))
            #expect(all.map(\.account) == [id(3), id(4)])
            let rest = try await store.followers(of: id(1), RelationPage(below: EventID(rawValue: 21), limit: 5))
            #expect(rest.map(\.account) == [id(4)])
            let following = try await store.following(of: id(4), RelationPage(limit: 5))
            #expect(following.map(\.account) == [id(2), id(1)])
        }
    }

    @Test(arguments: [1, 3]) func friendsOfFriendsAreSuggested(shards: Int) async throws {
        let more = [created(5, "emil", event: 5), created(6, "fay", event: 6), created(7, "gus", event: 7)]
        var events = people + more + [followed(1, 2, event: 11), followed(1, 3, event: 12)]
        // Dora is followed by both, Emil by one; the others are out for a reason each.
        events += [followed(2, 4, event: 13), followed(3, 4, event: 14), followed(3, 5, event: 15)]
        events += [followed(2, 6, event: 16), followed(2, 7, event: 17), followed(2, 3, event: 18)]
        events += [
            changed(19, 6) {
                $0.discoverable = false; return .discoverable
            },
            event(20, .blocked(blocker: id(7), blocked: id(1))), followed(2, 1, event: 21),
        ]
        try await withStore(shards: shards, events) { store async throws in
            func suggested(_ viewer: UInt64, limit: Int) async throws -> [UInt64] {
                try await store.suggestions(for: id(viewer), limit: limit, followsMax: 10).map(\.rawValue)
            }
            #expect(try await suggested(1, limit: 5) == [4, 5])
            #expect(try await suggested(1, limit: 1) == [4])
            #expect(try await suggested(5, limit: 5) == [])
        }
    }

    @Test func aReasonIsForTheOperator() async throws {
        let credentials = AccountEvent.Credentials(email: "e@example.org", passwordHash: "h", reason: "I like it")
        try await withStore(shards: 1, [event(5, .accountCreated(account(5, "emil"), credentials))] + people) { store in
            func reason(_ name: String) async throws -> String? {
                try await store.operated(names: [name]).first?.reason
            }
            #expect(try await reason("emil") == "I like it")
            #expect(try await reason("alice") == "")
            try await apply([event(20, .accountDeleted(id(5)))], store, 1)
            #expect(try await reason("emil") == "")
        }
    }

    @Test func aDeletedAccountLeavesNothingBehind() async throws {
        let note = event(12, .noteSet(AccountNote(owner: id(1), target: id(2), text: "secret")))
        let profile = changed(13, 1) {
            $0.note = "about me"; return .note
        }
        let events =
            people + [requested(11, 1, 2), requested(14, 3, 1), note, profile, event(20, .accountDeleted(id(1)))]
        try await withStore(shards: 1, events + [note, profile, requested(11, 1, 2), requested(21, 2, 1)]) { store in
            let waiting = [
                try await store.followRequestCount(to: id(2)), try await store.followRequestCount(to: id(1)),
            ]
            #expect(waiting == [0, 0])
            let left = try await store.operated(ids: [id(1)]).first
            #expect(left?.isDeleted == true && left?.stored.profile.note == "")
            let relation = try await store.relationships(of: id(1), to: [id(2)]).first
            #expect(relation?.note == "")
        }
    }

    @Test func tagsOfPublicStatusesAreFoundByTheirBeginning() async throws {
        let scratch = try Scratch()
        let store = try await MessageStore.open(in: try scratch.directory())
        func tagged(_ id: UInt64, _ tags: [String], _ visibility: Visibility = .public) -> AcceptedEvent {
            guard case .accepted(var status) = accepted(id, visibility: visibility) else { return accepted(id) }
            status.tags = tags
            return .accepted(status)
        }
        try await store.apply(
            [
                tagged(1, ["swift", "swing"]), tagged(2, ["swift", "cats"]), tagged(3, ["secret"], .private),
                tagged(4, ["séance"]),
            ], shard: 0)
        #expect(try await store.tags(beginningWith: "sw", limit: 5, offset: 0) == ["swift", "swing"])
        #expect(try await store.tags(beginningWith: "s", limit: 1, offset: 1) == ["swing"])
        #expect(try await store.tags(beginningWith: "s", limit: 9, offset: 0) == ["swift", "swing", "séance"])
        #expect(try await store.tags(beginningWith: "", limit: 5, offset: 0).isEmpty)
        await store.close()
    }
}
