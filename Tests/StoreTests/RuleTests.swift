import CanonicalStore
import Foundation
import HashRing
import Peers
import Queue
import StatuscastModel
import SwiftProtobuf
import Testing

struct RuleTests {
    private func withPeople(_ body: (StoreClient, World, UInt64, UInt64) async throws -> Void) async throws {
        let world = try World()
        try await world.withStore(nil) { store in
            let application = try await store.application()
            let alice = try await store.signUp("alice", application).account
            let bob = try await store.signUp("bob", application).account
            try await body(store, world, alice, bob)
        }
        await world.end()
    }

    private func pair(_ account: UInt64, _ target: UInt64) -> PeerAccountPair {
        .with {
            $0.account = account
            $0.target = target
        }
    }

    private func follow(_ follower: UInt64, _ followee: UInt64) -> PeerFollow {
        .with {
            $0.follower = follower
            $0.followee = followee
        }
    }

    @Test func aBlockEndsFollowsInBothDirectionsAndRefusesNewOnes() async throws {
        try await withPeople { store, _, alice, bob in
            _ = try await store.follow(follow(alice, bob))
            _ = try await store.follow(follow(bob, alice))
            let blocked = try await store.block(pair(alice, bob))
            #expect(blocked.blocking && !blocked.blockedBy && !blocked.following && !blocked.followedBy)
            for edge in [follow(alice, bob), follow(bob, alice)] {
                #expect(
                    await peerError { () throws(PeerError) in _ = try await store.follow(edge) }?.code == .forbidden)
            }
            let seen = try await store.relationships(
                .with {
                    $0.viewer = bob
                    $0.accounts = [alice]
                })
            #expect(seen.first?.blockedBy == true && seen.first?.blocking == false)
            let rules = try await store.viewerRules(of: AccountID(rawValue: bob))
            #expect(rules.blockedBy == [alice] && rules.blocking == [])
            #expect(
                try await store.blocks(
                    .with { query in
                        query.account = alice
                        query.limit = 5
                    }
                ).map(\.account) == [bob])

            #expect(try await store.unblock(pair(alice, bob)).blocking == false)
            #expect(try await store.follow(follow(bob, alice)).following)
            let itself = await peerError { () throws(PeerError) in _ = try await store.block(pair(alice, alice)) }
            #expect(itself?.code == .forbidden)
            let nobody = await peerError { () throws(PeerError) in _ = try await store.block(pair(alice, 99 << 16)) }
            #expect(nobody?.code == .notFound)
        }
    }

    @Test func aMuteCanBeChangedAndEndsByItself() async throws {
        try await withPeople { store, _, alice, bob in
            func mute(until: UInt64, _ notifications: Bool) async throws -> PeerRelationship {
                try await store.mute(
                    .with {
                        $0.muter = alice
                        $0.muted = bob
                        $0.untilUnixMilliseconds = until
                        $0.hidesNotifications = notifications
                    })
            }
            let first = try await mute(until: 0, true)
            #expect(first.muting && first.mutingNotifications && first.mutedUntilUnixMilliseconds == 0)
            let later = UInt64(Date().timeIntervalSince1970 + 3_600) * 1_000
            let second = try await mute(until: later, false)
            #expect(second.muting && !second.mutingNotifications && second.mutedUntilUnixMilliseconds == later)
            #expect(try await !mute(until: 5, true).muting)
            #expect(try await store.viewerRules(of: AccountID(rawValue: alice)).mutes.isEmpty)
            _ = try await mute(until: 0, true)
            #expect(try await !store.unmute(pair(alice, bob)).muting)
        }
    }

    @Test func filtersAreMadeChangedAndRemoved() async throws {
        try await withPeople { store, _, alice, bob in
            var filter = PeerFilter()
            filter.owner = alice
            filter.title = "Cheese"
            filter.contexts = 1
            filter.action = 2
            filter.keywords = [.with { $0.text = "brie" }]
            let saved = try await store.saveFilter(filter)
            #expect(saved.id != 0 && saved.keywords.first?.id != 0)
            var changed = saved
            changed.title = "No cheese"
            changed.keywords.append(.with { $0.text = "feta" })
            let again = try await store.saveFilter(changed)
            #expect(again.id == saved.id && again.keywords.map(\.text) == ["brie", "feta"])
            #expect(try await store.viewerRules(of: AccountID(rawValue: alice)).filters == [again])
            var stolen = again
            stolen.owner = bob
            let theft = await peerError { () throws(PeerError) in _ = try await store.saveFilter(stolen) }
            #expect(theft?.code == .notFound)
            filter.contexts = 0
            let nowhere = filter
            let invalid = await peerError { () throws(PeerError) in _ = try await store.saveFilter(nowhere) }
            #expect(invalid?.code == .invalid)
            let removal = PeerRemoveFilter.with {
                $0.owner = alice
                $0.filter = saved.id
            }
            try await store.removeFilter(removal)
            #expect(try await store.viewerRules(of: AccountID(rawValue: alice)).filters.isEmpty)
            let gone = await peerError { () throws(PeerError) in try await store.removeFilter(removal) }
            #expect(gone?.code == .notFound)
        }
    }

    @Test func anOperatorsWordGoesOnTheQueue() async throws {
        try await withPeople { store, world, alice, _ in
            let draft = StatusDraft(id: StatusID(rawValue: 7 << 16), author: AccountID(rawValue: alice), text: "buy")
            try await store.decideHeld(
                .with {
                    $0.item = Data(ReceiveEvent.post(draft).encoded())
                    $0.release = true
                })
            let ends = try await world.queue.ends(of: Topics.receive, partitions: PartitionCount.default.all)
            #expect(ends.values.contains { !$0.numbers.isEmpty })
            try await store.decideHeld(
                .with {
                    $0.item = Data(ReceiveEvent.post(draft).encoded())
                    $0.reason = "spam"
                })
            let found = try await eventually {
                try await store.statuses(ids: [draft.id]).first?.refusedReason == "operator: spam"
            }
            #expect(found)
            let nonsense = await peerError { () throws(PeerError) in
                try await store.decideHeld(.with { $0.item = Data([9]) })
            }
            #expect(nonsense?.code == .invalid)
        }
    }
}
