import CanonicalStore
import StatuscastModel
import Testing

/// What operators decide, as the user store holds it.
struct StandingTests {
    private let scratch: Scratch
    private let directory: StoreDirectory
    private let alice = AccountID(rawValue: 1)
    private let bob = AccountID(rawValue: 2)

    init() throws {
        scratch = try Scratch()
        directory = try scratch.directory()
    }

    private func withStore(_ body: (UserStore) async throws -> Void) async throws {
        let store = try await UserStore.open(in: directory)
        do {
            try await body(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    private func decided(_ flag: Standing.Flag, _ isOn: Bool, event: UInt64) -> AccountEvent {
        AccountEvent(
            id: EventID(rawValue: event),
            change: .standingChanged(.init(account: alice, flag: flag, isOn: isOn)))
    }

    private func gone(_ event: UInt64) -> AccountEvent {
        AccountEvent(id: EventID(rawValue: event), change: .accountDeleted(alice))
    }

    private func token(_ byte: UInt8, event: UInt64) -> AccountEvent {
        AccountEvent(
            id: EventID(rawValue: event),
            change: .tokenIssued(
                .init(
                    hash: [byte], application: ApplicationID(rawValue: 9), account: alice, scopes: [],
                    createdUnixMilliseconds: 1)))
    }

    @Test func aLaterChangeOfTheProfileDoesNotUndoADecision() async throws {
        try await withStore { store in
            let profile = AccountEvent(id: EventID(rawValue: 9), change: .accountChanged(account(1, "alice")))
            try await store.apply(
                [
                    decided(.suspended, true, event: 5), created(1, "alice", event: 1), profile,
                    decided(.silenced, true, event: 6), decided(.suspended, false, event: 4),
                ], shard: 0)
            let stored = try await store.accounts([alice])[alice]
            #expect(stored?.account.suspended == true && stored?.isSilenced == true)
            #expect(try await store.credentials(login: "alice")?.isSuspended == true)
            #expect(try await store.search("al", limit: 9, offset: 0).isEmpty)
            try await store.apply([decided(.suspended, false, event: 10)], shard: 0)
            #expect(try await store.accounts([alice])[alice]?.account.suspended == false)
            #expect(try await store.search("al", limit: 9, offset: 0).count == 1)
        }
    }

    /// Whatever of its history comes after the delete, of the account only the name is left.
    @Test(arguments: [[0, 1, 2, 3, 4, 5], [5, 0, 1, 2, 3, 4], [0, 5, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5, 0, 2, 4]])
    func aDeletedAccountIsGoneButForItsName(order: [Int]) async throws {
        try await withStore { store in
            let history = [
                created(1, "Alice", event: 1, displayName: "A"), created(2, "bob", event: 2), followed(1, 2, event: 3),
                followed(2, 1, event: 4), token(7, event: 5), gone(6),
            ]
            for index in order { try await store.apply([history[index]], shard: 0) }
            #expect(try await store.accounts([alice]).isEmpty)
            #expect(try await store.accounts(named: ["alice"]).isEmpty)
            #expect(try await store.credentials(login: "alice@example.org") == nil)
            #expect(try await store.token(hash: [7]) == nil)
            let taken = try await store.taken(usernames: ["alice"], emails: ["alice@example.org"])
            #expect(taken.usernames == ["alice"] && taken.emails.isEmpty)
            let bobNow = try await store.accounts([bob])[bob]
            #expect(bobNow?.followers == 0 && bobNow?.following == 0)
            #expect(try await store.accountCount() == 1)
            let operated = try await store.operated(names: ["ALICE"])
            #expect(operated.first?.isDeleted == true && operated.first?.email == "")
            #expect(operated.first?.stored.account.displayName == "")
        }
    }

    @Test func accountsAreListedByStateAndPage() async throws {
        try await withStore { store in
            let names = ["alice", "albert", "bob", "Alma"]
            for (index, name) in names.enumerated() {
                try await store.apply([created(UInt64(index) + 1, name, event: UInt64(index) + 1)], shard: 0)
            }
            try await store.apply([decided(.suspended, true, event: 20)], shard: 0)
            func listed(_ state: AccountState, _ prefix: String = "", after: UInt64 = 0, limit: Int = 9) async throws
                -> [String]
            {
                try await store.operated(
                    state: state, namePrefix: prefix, after: AccountID(rawValue: after), limit: limit
                ).map(\.stored.account.username)
            }
            #expect(try await listed(.any) == names)
            #expect(try await listed(.any, "AL") == ["alice", "albert", "Alma"])
            #expect(try await listed(.active) == ["albert", "bob", "Alma"])
            #expect(try await listed(.suspended) == ["alice"])
            #expect(try await listed(.any, after: 1, limit: 2) == ["albert", "bob"])
            for state in [AccountState.deleted, .silenced, .priority] { #expect(try await listed(state).isEmpty) }
        }
    }
}
