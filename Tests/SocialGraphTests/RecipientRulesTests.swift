import HashRing
import StatuscastModel
import Testing

@testable import SocialGraph

@Suite struct RecipientRulesTests {
    private func account(_ raw: UInt64) -> AccountID { AccountID(rawValue: raw) }
    private func event(_ id: UInt64, _ change: AccountEvent.Change) -> AccountEvent {
        AccountEvent(id: EventID(rawValue: id << 16), change: change)
    }

    private func relation(
        _ rules: RecipientRules, _ recipient: UInt64, _ other: UInt64, now: UInt64 = 0
    ) -> RecipientRules.Relation {
        rules.relation(of: account(recipient), to: account(other), atUnixMilliseconds: now)
    }

    @Test func aBlockHoldsInBothDirectionsUntilItIsTakenBack() {
        var rules = RecipientRules(partitions: .default)
        rules.apply(event(5, .blocked(blocker: account(1), blocked: account(2))))
        #expect(relation(rules, 1, 2) == .blocks)
        #expect(relation(rules, 2, 1) == .blockedBy)
        #expect(rules.isParty(account(1)) && rules.isParty(account(2)) && !rules.isParty(account(3)))
        rules.apply(event(4, .unblocked(blocker: account(1), blocked: account(2))))
        #expect(relation(rules, 1, 2) == .blocks, "an older word changes nothing")
        rules.apply(event(6, .unblocked(blocker: account(1), blocked: account(2))))
        #expect(relation(rules, 1, 2).isEmpty && relation(rules, 2, 1).isEmpty)
        #expect(!rules.isParty(account(1)) && rules.pairCount == 0)
        rules.apply(event(5, .blocked(blocker: account(1), blocked: account(2))))
        #expect(relation(rules, 1, 2).isEmpty, "a repetition of what was taken back changes nothing")
    }

    @Test func aMuteEndsByItself() {
        var rules = RecipientRules(partitions: .default)
        let mute = Mute(muter: account(1), muted: account(2), untilUnixMilliseconds: 100, hidesNotifications: false)
        rules.apply(event(1, .muted(mute)))
        #expect(relation(rules, 1, 2, now: 99) == .mutes)
        #expect(relation(rules, 1, 2, now: 100).isEmpty)
        #expect(relation(rules, 2, 1, now: 99).isEmpty, "the muted one is not kept from anything")
        rules.apply(event(2, .muted(Mute(muter: account(1), muted: account(2)))))
        #expect(relation(rules, 1, 2, now: 1_000) == [.mutes, .mutesNotifications])
        rules.apply(event(3, .unmuted(muter: account(1), muted: account(2))))
        #expect(relation(rules, 1, 2, now: 1_000).isEmpty)
    }

    @Test func reblogsAreSwitchedOffByAFollowAndOnByAnother() {
        var rules = RecipientRules(partitions: .default)
        let off = AccountEvent.Follow(follower: account(1), followee: account(2), showReblogs: false)
        let on = AccountEvent.Follow(follower: account(1), followee: account(2))
        rules.apply(event(1, .followed(on)))
        #expect(rules.pairCount == 0 && !rules.isParty(account(2)), "the usual follow takes no room")
        rules.apply(event(2, .followed(off)))
        #expect(relation(rules, 1, 2) == .hidesReblogs)
        rules.apply(event(3, .followed(on)))
        #expect(relation(rules, 1, 2).isEmpty)
        rules.apply(event(4, .followed(off)))
        rules.apply(event(5, .unfollowed(follower: account(1), followee: account(2))))
        #expect(relation(rules, 1, 2).isEmpty)
    }

    @Test func onlyFiltersThatHideDeliveriesCount() {
        var rules = RecipientRules(partitions: .default)
        func filter(_ id: UInt64, _ contexts: Filter.Contexts, _ action: Filter.Action, expires: UInt64 = 0) -> Filter {
            Filter(
                id: FilterID(rawValue: id), owner: account(1), title: "t", contexts: contexts, action: action,
                expiresUnixMilliseconds: expires,
                keywords: [.init(id: FilterID(rawValue: 9), text: "Brie", wholeWord: true)])
        }
        func hides(_ context: Filter.Contexts, now: UInt64 = 0, _ text: String = "Some brie, please") -> Bool {
            rules.hides(from: account(1), in: context, atUnixMilliseconds: now) { FoldedText(text) }
        }
        rules.apply(event(1, .filterSet(filter(1, .home, .warn))))
        rules.apply(event(2, .filterSet(filter(2, .thread, .hide))))
        #expect(!rules.hasFilters && !hides(.home))
        rules.apply(event(3, .filterSet(filter(1, .home, .hide, expires: 50))))
        #expect(rules.hasFilters && hides(.home) && !hides(.notifications))
        #expect(!hides(.home, "brief"), "a whole word")
        #expect(!hides(.home, now: 50), "it has ended")
        rules.apply(event(4, .filterRemoved(owner: account(1), filter: FilterID(rawValue: 1))))
        #expect(!rules.hasFilters && !hides(.home))
        rules.apply(event(3, .filterSet(filter(1, .home, .hide))))
        #expect(!hides(.home), "an older word changes nothing")
    }

    @Test func itAgreesWithAModelInWhateverOrderEventsCome() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var history: [AccountEvent] = []
        for step in 1...6_000 {
            let (a, b) = (account(.random(in: 1...60, using: &random)), account(.random(in: 1...60, using: &random)))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: history.append(event(UInt64(step), .blocked(blocker: a, blocked: b)))
            case 1: history.append(event(UInt64(step), .unblocked(blocker: a, blocked: b)))
            case 2: history.append(event(UInt64(step), .muted(Mute(muter: a, muted: b))))
            default: history.append(event(UInt64(step), .unmuted(muter: a, muted: b)))
            }
        }
        var blocks: [[AccountID]: Bool] = [:]
        var mutes: [[AccountID]: Bool] = [:]
        for event in history {
            switch event.change {
            case .blocked(let a, let b): blocks[[a, b]] = true
            case .unblocked(let a, let b): blocks[[a, b]] = false
            case .muted(let mute): mutes[[mute.muter, mute.muted]] = true
            case .unmuted(let a, let b): mutes[[a, b]] = false
            default: break
            }
        }
        var rules = RecipientRules(partitions: .default)
        for event in history.shuffled(using: &random) + history.prefix(500) { rules.apply(event) }
        rules.settle()
        for a in (1...60).map(account) {
            for b in (1...60).map(account) where a != b {
                var expected: RecipientRules.Relation = []
                if blocks[[a, b]] == true { expected.insert(.blocks) }
                if blocks[[b, a]] == true { expected.insert(.blockedBy) }
                if mutes[[a, b]] == true { expected.formUnion([.mutes, .mutesNotifications]) }
                #expect(rules.relation(of: a, to: b, atUnixMilliseconds: 0) == expected, "seed \(seed)")
            }
        }
    }

    @Test func thoseWhoDoNotFollowBothAreTakenOut() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let partitions = PartitionCount(rawValue: 2)!
        var index = FollowerIndex(partitions: partitions)
        var edges: Set<[UInt64]> = []
        for step in 1...20_000 {
            let edge = [UInt64.random(in: 1...2_000, using: &random), UInt64.random(in: 5_001...5_008, using: &random)]
            edges.insert(edge)
            let follow = AccountEvent.Follow(follower: account(edge[0]), followee: account(edge[1]))
            index.apply(event(UInt64(step), .followed(follow)))
        }
        for limit in [10, 1_000] {
            for partition in partitions.all {
                var found: [FollowerIndex.Follower] = []
                _ = index.followers(of: account(5_001), in: partition, limit: limit, into: &found)
                let all = found
                index.keepFollowers(of: account(5_002), in: partition, &found) { $0.rawValue % 97 == 0 }
                let expected = all.filter {
                    edges.contains([$0.account.rawValue, 5_002]) || $0.account.rawValue % 97 == 0
                }
                #expect(found == expected, "seed \(seed)")
                if limit > 100 { #expect(!found.isEmpty && found.count < all.count) }
                index.keepFollowers(of: account(77), in: partition, &found) { _ in false }
                #expect(found.isEmpty, "nobody follows a stranger")
            }
        }
    }
}
