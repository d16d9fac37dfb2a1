import StatuscastModel
import Testing

struct PersonalFactTests {
    private static let owner = AccountID(rawValue: 1)
    private static let list = ListID(rawValue: 3)
    private static let draft = StatusDraft(
        id: StatusID(rawValue: 0), author: owner, visibility: .private, text: "later", idempotencyKey: "k")

    static let facts: [(fact: PersonalFact, kind: UInt8, key: String, isKept: Bool)] = [
        (
            .listSet(StatusList(id: list, owner: owner, title: "friends", repliesPolicy: .none, isExclusive: true)), 24,
            "3", true
        ),
        (.listRemoved(owner: owner, list: list), 25, "3", false),
        (
            .listMember(ListMembership(owner: owner, list: list, account: AccountID(rawValue: 9), isOn: true)), 26,
            "3/9", true
        ),
        (.tagFollowed(TagChoice(owner: owner, tag: "zürich", isOn: false)), 27, "zürich", false),
        (.tagFeatured(TagChoice(owner: owner, tag: "swift", isOn: true)), 28, "swift", true),
        (.markerSet(Marker(owner: owner, timeline: "home", lastRead: 77, count: 4)), 29, "home", true),
        (.scheduledRemoved(owner: owner, id: ScheduledID(rawValue: 5)), 30, "5", false),
        (
            .scheduledSet(
                ScheduledStatus(
                    id: ScheduledID(rawValue: 5), dueUnixMilliseconds: 99, status: StatusID(rawValue: 8), draft: draft)),
            31, "5", true
        ),
        (
            .conversationState(
                ConversationState(owner: owner, conversation: StatusID(rawValue: 6), read: 7, hidden: 2)), 37, "6", true
        ),
        (.notificationsDismissed(NotificationDismissal(owner: owner, notification: 7, isUpTo: true)), 38, "all", true),
        (.notificationsDismissed(NotificationDismissal(owner: owner, notification: 7, isUpTo: false)), 38, "7", true),
    ]

    @Test(arguments: facts.indices) func eachComesBackUnderItsKind(index: Int) throws {
        let (fact, kind, key, isKept) = Self.facts[index]
        let event = AccountEvent(id: EventID(rawValue: 77), change: .personal(fact))
        let bytes = event.encoded()
        // Behind the version and the event id.
        #expect(bytes[9] == kind)
        #expect(try AccountEvent(decoding: bytes[...]) == event)
        #expect(try AccountEvent(decoding: (bytes + [1, 2, 3])[...]) == event, "fields of later releases are ignored")
        #expect(throws: DecodeError.self) { try AccountEvent(decoding: bytes.dropLast()) }
        #expect(fact.owner == Self.owner && fact.key == key && fact.isKept == isKept)
    }

    @Test func whatIsPublishedIsTheSameEachTime() throws {
        var scheduled = ScheduledStatus(id: ScheduledID(rawValue: 5), dueUnixMilliseconds: 9, draft: Self.draft)
        #expect(scheduled.published == nil, "it has no id yet")
        scheduled.status = StatusID(rawValue: 8)
        guard case .post(let draft)? = scheduled.published else { throw DecodeError(field: "x", reason: .truncated) }
        #expect(draft.id == StatusID(rawValue: 8) && draft.text == "later" && draft.idempotencyKey.isEmpty)
        #expect(scheduled.published?.encoded() == scheduled.published?.encoded())
    }

    @Test func aFollowedTagIsNoAccount() {
        let (swift, rust) = (AccountID(followedTag: "swift"), AccountID(followedTag: "rust"))
        #expect(swift != rust && swift == AccountID(followedTag: "swift"))
        #expect(swift.isFollowedTag && !Self.owner.isFollowedTag)
        #expect(AccountID(swift.description) == nil, "no client can name it")
    }
}
