import CanonicalStore
import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Store
import Testing

/// The topic `accounts` is the user store's log.
struct LogTests {
    private func created(_ id: UInt64, _ name: String) -> AccountEvent {
        AccountEvent(
            id: EventID(rawValue: id),
            change: .accountCreated(
                Account(id: AccountID(rawValue: id), username: name, createdUnixMilliseconds: 1),
                AccountEvent.Credentials(email: "\(name)@example.org", passwordHash: "")))
    }

    @Test func followsAreCountedAndSurviveARestart() async throws {
        let world = try World()
        var alice = PeerToken()
        var bob = PeerToken()
        try await world.withStore { store in
            let application = try await store.application()
            alice = try await store.signUp("alice", application)
            bob = try await store.signUp("bob", application)
            let follow = PeerFollow.with {
                $0.follower = alice.account
                $0.followee = bob.account
                $0.showReblogs = true
            }
            #expect(try await store.follow(follow).following)
            #expect(try await store.follow(follow).following)
            #expect(try await store.instanceCounts().users == 2)
            let itself = await peerError { () throws(PeerError) in
                _ = try await store.follow(
                    .with {
                        $0.follower = alice.account
                        $0.followee = alice.account
                    })
            }
            #expect(itself?.code == .forbidden)
            let nobody = await peerError { () throws(PeerError) in
                _ = try await store.follow(
                    .with {
                        $0.follower = alice.account
                        $0.followee = 12
                    })
            }
            #expect(nobody?.code == .notFound)
        }
        try await world.withStore { store in
            let query = PeerRelationshipQuery.with {
                $0.viewer = bob.account
                $0.accounts = [alice.account, 12]
            }
            let relationships = try await store.relationships(query)
            #expect(relationships.map(\.account) == [alice.account] && relationships.first?.followedBy == true)
            #expect(try await store.accounts(ids: [AccountID(rawValue: bob.account)]).first?.followersCount == 1)
            let after = try await store.unfollow(
                .with {
                    $0.follower = alice.account
                    $0.followee = bob.account
                })
            #expect(after.following == false)
            #expect(try await store.accounts(ids: [AccountID(rawValue: bob.account)]).first?.followersCount == 0)
            #expect(try await eventually { try await world.depth(Topics.accounts) == 0 })
        }
        await world.end()
    }

    @Test func aChangeThatWasAppendedBeforeACrashCountsAfterIt() async throws {
        let world = try World()
        try await world.withStore { store in _ = try await store.application() }
        // What a process leaves behind that dies between its append and its transaction.
        try await world.append([created(5, "alice")])
        try await world.withStore { (store) async throws in
            #expect(try await store.accounts(named: ["alice"]).map(\.id) == [5])
            let application = try await store.application()
            let error = await peerError { () throws(PeerError) in _ = try await store.signUp("Alice", application) }
            #expect(error?.problems.map(\.error) == ["ERR_TAKEN", "ERR_TAKEN"])
        }
        await world.end()
    }

    @Test func theUserStoreCanBeRebuiltFromItsLog() async throws {
        let world = try World()
        var token = PeerToken()
        try await world.withStore { store in
            let application = try await store.application()
            token = try await store.signUp("alice", application)
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: world.path + "/store")
        where name.hasPrefix("users-") {
            try FileManager.default.removeItem(atPath: "\(world.path)/store/\(name)")
        }
        try await world.withStore { store in
            let known = try await store.authenticate(.with { $0.tokenHash = Data(SecretText.hash(token.accessToken)) })
            #expect(known.known && known.account == token.account)
        }
        await world.end()
    }

    @Test func aChangeWhoseAppendFailedMayStillHappenAndIsJudgedThen() async throws {
        let world = try World()
        try await world.withStore { store in
            let application = try await store.application()
            world.queue.set(.losesAnswers)
            let lost = await peerError { () throws(PeerError) in _ = try await store.signUp("alice", application) }
            #expect(lost?.code == .unavailable)
            world.queue.set(nil)
            #expect(try await eventually { await world.judgesChanges() })
            #expect(try await store.accounts(named: ["alice"]).count == 1)
            let again = await peerError { () throws(PeerError) in _ = try await store.signUp("alice", application) }
            #expect(again?.field == "username")

            world.queue.set(.refusesAppends)
            let refused = await peerError { () throws(PeerError) in _ = try await store.signUp("bob", application) }
            #expect(refused?.code == .unavailable)
            world.queue.set(nil)
            #expect(try await eventually { await world.judgesChanges() })
            #expect(try await store.accounts(named: ["bob"]).isEmpty)
            _ = try await store.signUp("bob", application)
        }
        await world.end()
    }

    @Test func factsFromElsewhereAreTakenInOnce() async throws {
        let world = try World()
        try await world.withStore { store in
            try await world.append([created(5, "alice"), created(6, "bob")])
            try await world.append([created(5, "alice"), created(6, "bob"), created(7, "carl")])
            #expect(try await eventually { try await store.accounts(named: ["carl"]).count == 1 })
            #expect(
                try await store.searchAccounts(
                    .with {
                        $0.query = "@b"; $0.limit = 5
                    }
                ).map(\.id) == [6])
        }
        try await world.withStore { (store) async throws in #expect(try await store.instanceCounts().users == 3) }
        await world.end()
    }

    @Test func withTheQueueAwayNothingIsClaimedUnknown() async throws {
        let world = try World()
        var token = PeerToken()
        try await world.withStore { store in
            let application = try await store.application()
            token = try await store.signUp("alice", application)
        }
        world.queue.set(.isAway)
        let role = world.role(world.configuration())
        let task = Task { try await role.run() }
        let hash = Data(SecretText.hash(token.accessToken))
        #expect(
            try await eventually {
                (try? await world.directory.store().authenticate(.with { $0.tokenHash = hash }))?.known == true
            })
        let store = try await world.directory.store()
        #expect(
            await peerError { () throws(PeerError) in _ = try await store.authenticate(PeerAuthenticate()) }?.code
                == .unavailable)
        #expect(
            await peerError { () throws(PeerError) in _ = try await store.accounts(named: ["zoe"]) }?.code
                == .unavailable)
        #expect(try await store.accounts(named: ["alice"]).count == 1)
        world.queue.set(nil)
        #expect(try await eventually { await world.judgesChanges() })
        task.cancel()
        try await task.value
        await world.end()
    }
}
