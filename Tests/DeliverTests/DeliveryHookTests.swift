import HashRing
import Mailbox
import SocialGraph
import StatuscastModel
import Testing

@testable import Deliver

/// Every hook by itself: who gets what.
@Suite struct DeliveryHookTests {
    private static let ada = AccountID(rawValue: 1)
    private static let bob = AccountID(rawValue: 2)
    private static let cleo = AccountID(rawValue: 3)
    private static let dan = AccountID(rawValue: 4)

    private func lookup(_ changes: [AccountEvent.Change]) -> RecipientLookup {
        let partitions = PartitionCount.default
        var lookup = RecipientLookup(
            followers: FollowerIndex(partitions: partitions), rules: RecipientRules(partitions: partitions))
        for (number, change) in changes.enumerated() {
            lookup.apply(AccountEvent(id: EventID(rawValue: UInt64(number + 1) << 16), change: change))
        }
        return lookup
    }

    private func item(
        replyTo: AccountID? = nil, reblogOf: AccountID? = nil, mentions: [AccountID] = [], text: String = "hello",
        kind: DeliveryTraits.Kind = .status, now: UInt64 = 1_000
    ) throws -> HookedItem {
        let record = StatusRecord(id: 9 << 16, author: Self.ada, spoiler: "", text: text)
        let bytes = RecordFormat.render(
            id: record.id, unixMilliseconds: 9, host: "example.org", from: "ada", subject: "s", inReplyTo: nil,
            headers: record.headers, body: text)
        let traits = DeliveryTraits(
            kind: kind, author: Self.ada, inReplyToAccount: replyTo, reblogOfAccount: reblogOf, mentions: mentions)
        let delivery = DeliveryItem(
            id: record.id, author: Self.ada, toFollowers: true, addresses: [], record: bytes[...], traits: traits)
        return try #require(HookedItem(delivery, nowUnixMilliseconds: now))
    }

    /// Whether Bob gets it, at home or as a notification.
    private func reaches(
        _ item: HookedItem, _ changes: [AccountEvent.Change], at place: DeliveryPlace = .home
    ) -> Bool {
        let hooks = DeliveryHooks(DeliveryHooks.builtIn(DeliverHookSettings()))
        let lookup = lookup(changes)
        var sending: [HookSending] = []
        let address = place == .home ? Address.home(Self.bob) : .notifications(Self.bob)
        let single = !hooks.admitted([address], on: item, knowing: lookup, sending: &sending).isEmpty
        guard place == .home else { return single }
        // The way of followers must say the same.
        var homes = [FollowerIndex.Follower(account: Self.bob, number: 0)]
        let partition = PartitionCount.default.partition(of: Self.bob)
        hooks.narrow(&homes, in: partition, on: item, knowing: lookup, sending: &sending)
        #expect(single == !homes.isEmpty)
        return single
    }

    @Test func nothingStandsInTheWayOfTheUsual() throws {
        #expect(try reaches(item(), []))
        #expect(try reaches(item(mentions: [Self.cleo]), [.blocked(blocker: Self.dan, blocked: Self.cleo)]))
        #expect(try reaches(item(), [.blocked(blocker: Self.dan, blocked: Self.ada)]), "another's rule")
    }

    @Test func blocksHoldInBothDirections() throws {
        for change in [
            AccountEvent.Change.blocked(blocker: Self.bob, blocked: Self.ada),
            .blocked(blocker: Self.ada, blocked: Self.bob),
        ] {
            #expect(try !reaches(item(), [change]))
            #expect(try !reaches(item(), [change], at: .notifications))
        }
        let mentioned = [AccountEvent.Change.blocked(blocker: Self.bob, blocked: Self.cleo)]
        #expect(try !reaches(item(mentions: [Self.cleo]), mentioned))
        #expect(try reaches(item(mentions: [Self.cleo]), [.blocked(blocker: Self.cleo, blocked: Self.bob)]))
        #expect(try !reaches(item(reblogOf: Self.cleo), mentioned))
    }

    @Test func mutesHoldAtHomeAndInNotificationsIfTheySaySo() throws {
        let quiet = AccountEvent.Change.muted(
            Mute(muter: Self.bob, muted: Self.ada, untilUnixMilliseconds: 2_000, hidesNotifications: false))
        #expect(try !reaches(item(), [quiet]))
        #expect(try reaches(item(), [quiet], at: .notifications))
        #expect(try reaches(item(now: 2_000), [quiet]), "it has ended")
        let silent = AccountEvent.Change.muted(Mute(muter: Self.bob, muted: Self.ada))
        #expect(try !reaches(item(), [silent], at: .notifications))
        #expect(try !reaches(item(kind: .follow), [silent], at: .notifications))
        #expect(try reaches(item(), [.muted(Mute(muter: Self.ada, muted: Self.bob))]), "the other way it is nothing")
    }

    @Test func reblogsCanBeSwitchedOff() throws {
        let off = AccountEvent.Change.followed(.init(follower: Self.bob, followee: Self.ada, showReblogs: false))
        #expect(try !reaches(item(reblogOf: Self.cleo), [off]))
        #expect(try reaches(item(), [off]))
        #expect(try reaches(item(reblogOf: Self.cleo), [.followed(.init(follower: Self.bob, followee: Self.ada))]))
    }

    @Test func wordsAreFilteredWhereTheOwnerSaysSo() throws {
        func filter(_ contexts: Filter.Contexts, _ text: String, whole: Bool = true) -> AccountEvent.Change {
            .filterSet(
                Filter(
                    id: FilterID(rawValue: 5), owner: Self.bob, title: "t", contexts: contexts, action: .hide,
                    keywords: [.init(id: FilterID(rawValue: 6), text: text, wholeWord: whole)]))
        }
        let status = try item(text: "All about the ELECTION day")
        #expect(!reaches(status, [filter(.home, "election")]))
        #expect(reaches(status, [filter(.home, "elect")]))
        #expect(!reaches(status, [filter(.home, "elect", whole: false)]))
        #expect(reaches(status, [filter(.home, "election")], at: .notifications))
        #expect(!reaches(status, [filter(.notifications, "election")], at: .notifications))
        #expect(reaches(status, [filter(.public, "election")]))
    }

    @Test func repliesReachThoseWhoFollowBoth() throws {
        let follows = AccountEvent.Change.followed(.init(follower: Self.bob, followee: Self.cleo))
        #expect(try !reaches(item(replyTo: Self.cleo), []))
        #expect(try reaches(item(replyTo: Self.cleo), [follows]))
        #expect(try reaches(item(replyTo: Self.bob), []), "the one replied to")
        #expect(try reaches(item(replyTo: Self.cleo, mentions: [Self.bob]), []), "one who is mentioned")
        #expect(try reaches(item(replyTo: Self.ada), []), "a reply to oneself")
        #expect(try reaches(item(replyTo: Self.cleo), [], at: .notifications))
    }

    @Test func anItemOfAnEarlierReleaseIsNotJudged() {
        let old = DeliveryItem(id: 1, author: Self.ada, toFollowers: true, addresses: [], record: [])
        #expect(HookedItem(old, nowUnixMilliseconds: 0) == nil)
    }

    @Test func nothingIsCopiedOfWhatAnotherHookHides() throws {
        let hooks = DeliveryHooks([CopyingHook(), RelationHook()])
        let lookup = lookup([.blocked(blocker: Self.bob, blocked: Self.ada)])
        let item = try item()
        var sending: [HookSending] = []
        let admitted = hooks.admitted(
            [.home(Self.bob), .home(Self.dan)], on: item, knowing: lookup, sending: &sending)
        #expect(admitted == [.home(Self.dan)])
        #expect(Set(sending.map(\.item.recipient)) == [Self.dan])
        var homes = [Self.bob, Self.dan].enumerated().map {
            FollowerIndex.Follower(account: $0.element, number: UInt32($0.offset))
        }
        sending = []
        // Both in the partition of the one who blocks.
        let partition = PartitionCount.default.partition(of: Self.bob)
        hooks.narrow(&homes, in: partition, on: item, knowing: lookup, sending: &sending)
        #expect(homes.map(\.account) == [Self.dan])
        #expect(sending.count == 2 && sending.allSatisfy { $0.item.recipient == Self.dan })
    }
}
