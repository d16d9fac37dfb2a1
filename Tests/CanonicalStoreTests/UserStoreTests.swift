import CanonicalStore
import StatuscastModel
import Testing

struct UserStoreTests {
    private let scratch: Scratch
    private let directory: StoreDirectory

    init() throws {
        scratch = try Scratch()
        directory = try scratch.directory()
    }

    private func withStore(shards: Int = 1, _ body: (UserStore) async throws -> Void) async throws {
        let store = try await UserStore.open(in: directory, shards: shards)
        do {
            try await body(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    private func one(_ id: UInt64, _ store: UserStore) async throws -> StoredAccount? {
        try await store.accounts([AccountID(rawValue: id)])[AccountID(rawValue: id)]
    }

    @Test func countersFollowFromRowsSoThatRepetitionsChangeNothing() async throws {
        try await withStore { store in
            let events = [created(1, "Alice", event: 1), created(2, "bob", event: 2), followed(1, 2, event: 3)]
            try await store.apply(events, shard: 0)
            let again = try await store.apply(events + events, shard: 0)
            #expect(again.applied == 0 && again.repeated == 6)
            #expect(try await one(1, store)?.following == 1)
            #expect(try await one(2, store)?.followers == 1)
            #expect(try await store.accountCount() == 2)
            #expect(try await store.highestVersion() == 3)
        }
    }

    @Test func theHighestVersionWinsInAnyOrder() async throws {
        try await withStore { store in
            try await store.apply([unfollowed(1, 2, event: 9), followed(1, 2, event: 5)], shard: 0)
            try await store.apply([created(1, "alice", event: 1), created(2, "bob", event: 2)], shard: 0)
            #expect(try await one(2, store)?.followers == 0)
            try await store.apply([followed(1, 2, event: 10), unfollowed(1, 2, event: 9)], shard: 0)
            #expect(try await one(2, store)?.followers == 1)
            let relation = try await store.relationships(of: AccountID(rawValue: 1), to: [AccountID(rawValue: 2)])
            #expect(relation.first?.following != nil && relation.first?.isFollowedBy == false)
            let back = try await store.relationships(of: AccountID(rawValue: 2), to: [AccountID(rawValue: 1)])
            #expect(back.first?.following == nil && back.first?.isFollowedBy == true)
        }
    }

    @Test func aChangeMayComeBeforeTheCreation() async throws {
        try await withStore { store in
            var changed = account(1, "alice")
            changed.displayName = "Alice in chains"
            try await store.apply([AccountEvent(id: EventID(rawValue: 8), change: .accountChanged(changed))], shard: 0)
            #expect(try await store.credentials(login: "alice")?.passwordHash == "")
            try await store.apply([created(1, "alice", event: 3)], shard: 0)
            #expect(try await one(1, store)?.account.displayName == "Alice in chains")
            #expect(try await store.credentials(login: "ALICE@example.org")?.passwordHash == "hash")
            #expect(try await store.accountCount() == 1)
        }
    }

    @Test func aNameThatIsTakenIsKeptAsAConflict() async throws {
        try await withStore { store in
            let counts = try await store.apply(
                [created(1, "alice", event: 1), created(2, "ALICE", event: 2)], shard: 0)
            #expect(counts.conflicts.count == 1)
            #expect(try await one(2, store) == nil)
            #expect(try await store.accountCount() == 1)
            let taken = try await store.taken(usernames: ["alice", "eve"], emails: ["alice@example.org", "x@y"])
            #expect(taken.usernames == ["alice"] && taken.emails == ["alice@example.org"])
        }
    }

    @Test func aRevokedTokenStaysRevoked() async throws {
        try await withStore { store in
            let token = AccountEvent.AccessToken(
                hash: [1, 2, 3], application: ApplicationID(rawValue: 4), account: AccountID(rawValue: 5),
                scopes: ["read", "write"], createdUnixMilliseconds: 6)
            let issued = AccountEvent(id: EventID(rawValue: 1), change: .tokenIssued(token))
            let revoked = AccountEvent(id: EventID(rawValue: 2), change: .tokenRevoked(hash: token.hash))
            try await store.apply([issued], shard: 0)
            #expect(try await store.token(hash: token.hash) == token)
            try await store.apply([revoked, issued], shard: 0)
            #expect(try await store.token(hash: token.hash) == nil)

            let early = AccountEvent(id: EventID(rawValue: 3), change: .tokenRevoked(hash: [7]))
            var late = token
            late.hash = [7]
            try await store.apply(
                [early, AccountEvent(id: EventID(rawValue: 2), change: .tokenIssued(late))], shard: 0)
            #expect(try await store.token(hash: [7]) == nil)
        }
    }

    @Test func searchFindsBeginningsAndPutsTheExactNameFirst() async throws {
        try await withStore { store in
            try await store.apply(
                [
                    created(1, "bobby", event: 1), created(2, "Bob", event: 2),
                    created(3, "zoe", event: 3, displayName: "Bob's sister"), created(4, "carl", event: 4),
                ], shard: 0)
            let found = try await store.search("BOB", limit: 10, offset: 0)
            #expect(found.map(\.account.username) == ["Bob", "bobby", "zoe"])
            #expect(try await store.search("bob", limit: 1, offset: 1).map(\.account.username) == ["bobby"])
            #expect(try await store.search("", limit: 10, offset: 0).isEmpty)
            #expect(try await store.accounts(named: ["BOBBY", "nobody"]).map(\.account.id.rawValue) == [1])
        }
    }

    @Test func shardsAddUp() async throws {
        try await withStore(shards: 4) { store in
            var events = (1...20).map { created($0, "user\($0)", event: $0) }
            events += (2...20).map { followed($0, 1, event: 100 + $0) }
            for (shard, part) in Dictionary(grouping: events, by: { store.shard(of: $0) ?? 0 }) {
                try await store.apply(part, shard: shard)
            }
            #expect(try await one(1, store)?.followers == 19)
            #expect(try await store.accountCount() == 20)
            #expect(try await store.search("user1", limit: 80, offset: 0).count == 11)
        }
    }
}
