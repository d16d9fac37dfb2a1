import CanonicalStore
import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Testing

struct PeopleTests {
    private func withPeople(
        _ names: [String] = ["alice", "bob", "carol"], _ body: (StoreClient, World, [UInt64]) async throws -> Void
    ) async throws {
        let world = try World()
        try await world.withStore(nil) { store in
            let application = try await store.application()
            var ids: [UInt64] = []
            for name in names { ids.append(try await store.signUp(name, application).account) }
            try await body(store, world, ids)
        }
        await world.end()
    }

    private func edge(_ follower: UInt64, _ followee: UInt64) -> PeerFollow {
        .with {
            $0.follower = follower
            $0.followee = followee
            $0.showReblogs = true
        }
    }

    private func change(
        _ account: UInt64, _ set: (inout PeerChangeProfile) -> Void
    ) -> PeerChangeProfile {
        .with {
            $0.account = account
            set(&$0)
        }
    }

    private func answer(_ account: UInt64, _ follower: UInt64, accept: Bool) -> PeerAnswerFollowRequest {
        .with {
            $0.account = account
            $0.follower = follower
            $0.accept = accept
        }
    }

    private func waiting(_ store: StoreClient, _ account: UInt64) async throws -> [UInt64] {
        try await store.followRequests(
            .with { query in
                query.account = account
                query.limit = 5
            }
        ).map(\.account)
    }

    @Test func whatIsNamedIsChangedAndAllElseStays() async throws {
        try await withPeople { store, _, people in
            let first = try await store.changeProfile(
                change(people[0]) {
                    $0.displayName = "Ada"
                    $0.privacy = "unlisted"
                    $0.links = .with { $0.links = [.with { $0.name = "page" }] }
                })
            #expect(first.account.displayName == "Ada" && first.account.links.map(\.name) == ["page"])
            let second = try await store.changeProfile(change(people[0]) { $0.note = "hello" })
            #expect(second.account.displayName == "Ada" && second.account.note == "hello")
            #expect(second.account.privacy == "unlisted" && second.account.links.count == 1)
            let none = try await store.changeProfile(change(people[0]) { $0.links = PeerProfileLinks() })
            #expect(none.account.links.isEmpty && none.account.note == "hello")
            #expect(try await store.accounts(ids: [AccountID(rawValue: people[0])]).first?.displayName == "Ada")
        }
    }

    static let wrong: [(String, @Sendable (inout PeerChangeProfile) -> Void)] = [
        ("display_name", { $0.displayName = String(repeating: "x", count: 31) }),
        ("display_name", { $0.displayName = "two\nlines" }),
        ("note", { $0.note = String(repeating: "x", count: 501) }),
        ("fields", { $0.links = .with { $0.links = Array(repeating: .with { $0.name = "x" }, count: 5) } }),
        ("fields", { $0.links = .with { $0.links = [.with { $0.value = "x" }] } }),
        ("fields", { $0.links = .with { $0.links = [.with { $0.name = String(repeating: "x", count: 256) }] } }),
        ("avatar", { $0.avatar = "../../secret.png" }),
        ("header", { $0.header = "avatar-\(String(repeating: "0", count: 64)).png" }),
        ("privacy", { $0.privacy = "direct" }), ("privacy", { $0.privacy = "odd" }),
        ("language", { $0.language = "klingon!" }),
    ]

    @Test func whatIsWrongIsNamedAndNothingIsChanged() async throws {
        try await withPeople(["alice"]) { store, _, people in
            for (field, set) in Self.wrong {
                let request = change(people[0]) {
                    $0.bot = true
                    set(&$0)
                }
                let error = await peerError { () throws(PeerError) in _ = try await store.changeProfile(request) }
                #expect(error?.code == .invalid && error?.problems.map(\.field) == [field])
            }
            let own = try await store.ownAccount(.with { $0.account = people[0] })
            #expect(!own.account.bot && own.account.displayName == "")
        }
    }

    @Test func whoWantsToFollowALockedAccountWaitsForItsWord() async throws {
        try await withPeople { store, _, people in
            let (alice, bob, carol) = (people[0], people[1], people[2])
            _ = try await store.changeProfile(change(alice) { $0.locked = true })
            for person in [bob, carol] {
                let asked = try await store.follow(edge(person, alice))
                #expect(asked.requested && !asked.following)
            }
            #expect(try await waiting(store, alice) == [carol, bob])
            #expect(try await store.ownAccount(.with { $0.account = alice }).followRequestsCount == 2)
            let accepted = try await store.answerFollowRequest(answer(alice, bob, accept: true))
            #expect(accepted.followedBy && !accepted.requestedBy)
            let refused = try await store.answerFollowRequest(answer(alice, carol, accept: false))
            #expect(!refused.followedBy && !refused.requestedBy)
            for accept in [true, false] {
                let error = await peerError { () throws(PeerError) in
                    _ = try await store.answerFollowRequest(answer(alice, carol, accept: accept))
                }
                #expect(error?.code == .notFound)
            }
            // Who follows already changes what is shown without asking again.
            var quiet = edge(bob, alice)
            quiet.showReblogs = false
            let changed = try await store.follow(quiet)
            #expect(changed.following && !changed.requested && !changed.showingReblogs)
        }
    }

    @Test func aRequestIsTakenBackByUnfollowingAndEndedByABlock() async throws {
        try await withPeople { store, _, people in
            let (alice, bob, carol) = (people[0], people[1], people[2])
            _ = try await store.changeProfile(change(alice) { $0.locked = true })
            for person in [bob, carol] { _ = try await store.follow(edge(person, alice)) }
            #expect(try await !store.unfollow(edge(bob, alice)).requested)
            _ = try await store.block(
                .with {
                    $0.account = alice
                    $0.target = carol
                })
            #expect(try await waiting(store, alice).isEmpty)
        }
    }

    @Test func anAccountThatIsLockedNoMoreAcceptsEverybody() async throws {
        try await withPeople { store, _, people in
            let (alice, bob, carol) = (people[0], people[1], people[2])
            _ = try await store.changeProfile(change(alice) { $0.locked = true })
            for person in [bob, carol] { _ = try await store.follow(edge(person, alice)) }
            let own = try await store.changeProfile(change(alice) { $0.locked = false })
            #expect(own.followRequestsCount == 0 && own.account.followersCount == 2)
            #expect(try await store.follow(edge(bob, alice)).following)
        }
    }

    @Test func aFollowerIsSentAwayAndANoteIsKept() async throws {
        try await withPeople { store, _, people in
            let (alice, bob) = (people[0], people[1])
            _ = try await store.follow(edge(bob, alice))
            let query = PeerFollowListQuery.with {
                $0.followers = true
                $0.page.account = alice
                $0.page.limit = 5
            }
            #expect(try await store.followList(query).map(\.account) == [bob])
            let pair = PeerAccountPair.with {
                $0.account = alice
                $0.target = bob
            }
            for _ in 0..<2 { #expect(try await !store.removeFollower(pair).followedBy) }
            #expect(try await store.followList(query).isEmpty)
            func note(_ text: String) -> PeerSetAccountNote {
                .with {
                    $0.owner = alice
                    $0.target = bob
                    $0.text = text
                }
            }
            #expect(try await store.setAccountNote(note("tall")).note == "tall")
            #expect(try await store.setAccountNote(note("")).note == "")
            let long = await peerError { () throws(PeerError) in
                _ = try await store.setAccountNote(note(String(repeating: "x", count: 2_001)))
            }
            #expect(long?.code == .invalid)
        }
    }

    @Test func theOperatorReadsWhySomebodySignsUp() async throws {
        try await withPeople([]) { store, world, _ in
            let application = try await store.application()
            var request = PeerCreateAccount.with {
                $0.application = application.id
                $0.username = "eve"
                $0.email = "eve@example.org"
                $0.password = "correct horse"
                $0.reason = "a friend is here"
                $0.needsApproval = true
            }
            _ = try await store.createAccount(request)
            let found = try await world.directory.operatorOfStore().find(.with { $0.usernames = ["eve"] })
            #expect(found.first?.reason == "a friend is here")
            request.username = "mallory"
            request.email = "mallory@example.org"
            request.reason = String(repeating: "x", count: 2_001)
            let long = await peerError { () throws(PeerError) in _ = try await store.createAccount(request) }
            #expect(long?.problems.map(\.field) == ["reason"])
        }
    }
}
