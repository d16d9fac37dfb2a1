import CanonicalStore
import StatuscastModel
import Testing

/// Lists of follows beside single follows: whatever comes in whatever order, the highest version of each pair holds.
struct ImportTests {
    private func lists(_ lists: [UInt64: [UInt64]], event: UInt64) -> AccountEvent {
        AccountEvent(
            id: EventID(rawValue: event),
            change: .followsImported(
                lists.sorted { $0.key < $1.key }.map { follower, followees in
                    .init(follower: AccountID(rawValue: follower), followees: followees.map(AccountID.init(rawValue:)))
                }))
    }

    private func accounts(_ ids: ClosedRange<UInt64>, event: UInt64) -> AccountEvent {
        AccountEvent(
            id: EventID(rawValue: event),
            change: .accountsImported(
                .init(
                    entries: ids.map { id in
                        .init(account: account(id, "a\(id)"), email: "a\(id)@example.org", tokenHash: [UInt8(id)])
                    },
                    passwordHash: "hash", application: ApplicationID(rawValue: 9), scopes: ["read"])))
    }

    private func follows(_ store: UserStore, _ pairs: [(UInt64, UInt64)]) async throws -> [Bool] {
        var answers: [Bool] = []
        for (follower, followee) in pairs {
            let found = try await store.relationships(
                of: AccountID(rawValue: follower), to: [AccountID(rawValue: followee)])
            answers.append(found.first?.following != nil)
        }
        return answers
    }

    private func counts(_ store: UserStore, _ id: UInt64) async throws -> [Int] {
        let stored = try await store.accounts([AccountID(rawValue: id)])[AccountID(rawValue: id)]
        return [stored?.followers ?? -1, stored?.following ?? -1]
    }

    @Test func accountsComeWithTheirTokensOnce() async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: scratch.directory())
        for _ in 0..<2 { try await store.apply([accounts(1...5, event: 10)], shard: 0) }
        #expect(try await store.accountCount() == 5)
        #expect(try await store.token(hash: [3])?.account == AccountID(rawValue: 3))
        #expect(try await store.credentials(login: "a4@example.org")?.passwordHash == "hash")
        // A name that is somebody's is a conflict, as for a single account.
        let counts = try await store.apply([created(7, "A2", event: 12)], shard: 0)
        #expect(counts.conflicts.count == 1)
        await store.close()
    }

    @Test func everyOrderOfFactsComesToTheSame() async throws {
        let facts = [
            lists([1: [2, 3, 4], 5: [1, 2]], event: 20), unfollowed(1, 3, event: 30), followed(1, 5, event: 25),
            lists([1: [3, 5]], event: 40), unfollowed(1, 4, event: 15), followed(5, 2, event: 50),
            unfollowed(5, 1, event: 60),
        ]
        var random = SystemRandomNumberGenerator()
        for round in 0..<20 {
            let order = round == 0 ? facts : facts.shuffled(using: &random)
            let scratch = try Scratch()
            let store = try await UserStore.open(in: scratch.directory())
            try await store.apply([accounts(1...5, event: 10)], shard: 0)
            for fact in order + order { try await store.apply([fact], shard: 0) }
            let pairs: [(UInt64, UInt64)] = [(1, 2), (1, 3), (1, 4), (1, 5), (5, 1), (5, 2)]
            #expect(try await follows(store, pairs) == [true, true, true, true, false, true], "\(order)")
            var all: [[Int]] = []
            for id in UInt64(1)...5 { all.append(try await counts(store, id)) }
            #expect(all == [[0, 4], [2, 0], [1, 0], [1, 0], [1, 1]], "\(order)")
            let followed = try await store.followed(by: AccountID(rawValue: 1), limit: 10).map(\.rawValue)
            #expect(Set(followed) == [2, 3, 4, 5] && followed.count == 4)
            await store.close()
        }
    }

    @Test func aDeletedAccountLeavesTheLists() async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: scratch.directory())
        try await store.apply(
            [accounts(1...4, event: 10), lists([1: [2, 3], 3: [1, 2], 4: [3]], event: 20)], shard: 0)
        let gone = AccountEvent(id: EventID(rawValue: 30), change: .accountDeleted(AccountID(rawValue: 3)))
        // The import comes a second time, late.
        for event in [gone, lists([1: [2, 3], 3: [1, 2], 4: [3]], event: 20), lists([3: [4], 4: [3]], event: 40)] {
            try await store.apply([event], shard: 0)
        }
        #expect(try await counts(store, 1) == [0, 1])
        #expect(try await counts(store, 2) == [1, 0])
        #expect(try await counts(store, 4) == [0, 0])
        await store.close()
    }

    @Test func whatIsFollowedIsLeftOutBeforeAnImportIsJudged() async throws {
        let scratch = try Scratch()
        let store = try await UserStore.open(in: scratch.directory())
        try await store.apply(
            [
                accounts(1...5, event: 10), lists([1: [2, 3]], event: 20), unfollowed(1, 3, event: 30),
                followed(2, 1, event: 31),
            ], shard: 0)
        func ids(_ ids: [UInt64]) -> [AccountID] { ids.map(AccountID.init(rawValue:)) }
        let left = try await store.unfollowed(
            of: [
                .init(follower: AccountID(rawValue: 1), followees: ids([2, 3, 4])),
                .init(follower: AccountID(rawValue: 2), followees: ids([1])),
                .init(follower: AccountID(rawValue: 3), followees: ids([1])),
            ], shard: 0)
        #expect(
            left == [
                .init(follower: AccountID(rawValue: 1), followees: ids([3, 4])),
                .init(follower: AccountID(rawValue: 3), followees: ids([1])),
            ])
        #expect(try await store.existing(ids([1, 77])) == [AccountID(rawValue: 1)])
        await store.close()
    }
}
