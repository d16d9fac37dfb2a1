import StatuscastModel
import Testing

struct ItemTests {
    static let draft = StatusDraft(
        id: StatusID(rawValue: 11), author: AccountID(rawValue: 12), visibility: .private, sensitive: true,
        inReplyTo: StatusID(rawValue: 9), inReplyToAccount: AccountID(rawValue: 8), text: "Grüße \u{1F600}",
        spoiler: "careful", language: "de", idempotencyKey: "key", application: ApplicationID(rawValue: 3),
        applicationName: "toot", isApproved: true)
    static let delete = StatusDelete(
        event: EventID(rawValue: 21), status: StatusID(rawValue: 11), author: AccountID(rawValue: 12))
    static let account = Account(
        id: AccountID(rawValue: 5), username: "alice", displayName: "Alice", note: "n", locked: true, bot: true,
        priority: true, suspended: true, createdUnixMilliseconds: 99)

    static let filterOfStatuses = Filter(
        id: FilterID(rawValue: 3), owner: AccountID(rawValue: 1), title: "t", contexts: .home,
        statuses: [.init(id: FilterID(rawValue: 4), status: StatusID(rawValue: 5))])
    static let filter = Filter(
        id: FilterID(rawValue: 3), owner: AccountID(rawValue: 1), title: "Cheese", contexts: [.home, .thread],
        action: .hide, expiresUnixMilliseconds: 9,
        keywords: [.init(id: FilterID(rawValue: 4), text: "brie", wholeWord: true)])

    @Test(arguments: [ReceiveEvent.post(draft), .delete(delete)])
    func receiveEventsComeBack(event: ReceiveEvent) throws {
        #expect(try ReceiveEvent(decoding: event.encoded()[...]) == event)
    }

    @Test(arguments: [
        AcceptedEvent.accepted(
            AcceptedStatus(
                id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), visibility: .public, inReplyTo: nil,
                inReplyToAccount: nil, mentions: [AccountID(rawValue: 3)], tags: ["swift"],
                record: Array("From x\n\n".utf8)[...])),
        .refused(
            RefusedStatus(
                id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), reason: "no", aliasOf: StatusID(rawValue: 7))
        ),
        .deleted(delete),
        .refused(RefusedStatus(id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), reason: "no", wasHeld: true)),
        .held(
            HeldStatus(
                status: AcceptedStatus(
                    id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), visibility: .private, inReplyTo: nil,
                    inReplyToAccount: nil, mentions: [], tags: [], record: [7]), reason: "score 5.0")),
    ])
    func acceptedEventsComeBack(event: AcceptedEvent) throws {
        #expect(try AcceptedEvent(decoding: event.encoded()[...]) == event)
    }

    @Test(arguments: [
        AccountEvent.Change.accountCreated(account, .init(email: "a@example.org", passwordHash: "h")),
        .accountCreated(account, .init(email: "a@example.org", passwordHash: "h", reason: "I like it here")),
        .profileChanged(ProfileChange(account: AccountID(rawValue: 2), fields: [.note, .bot, .links], of: Profile())),
        .followRequested(
            .init(
                follower: AccountID(rawValue: 1), followee: AccountID(rawValue: 2), showReblogs: false, notify: true)),
        .followRequestEnded(follower: AccountID(rawValue: 1), followee: AccountID(rawValue: 2)),
        .noteSet(AccountNote(owner: AccountID(rawValue: 1), target: AccountID(rawValue: 2), text: "tall")),
        .accountsImported(
            .init(
                entries: [.init(account: account, email: "a@example.org", tokenHash: [1, 2, 3])], passwordHash: "h",
                application: ApplicationID(rawValue: 5), scopes: ["read"])),
        .followsImported([
            .init(follower: AccountID(rawValue: 1), followees: [2, 9, 1 << 62].map(AccountID.init(rawValue:)))
        ]),
        .accountChanged(account),
        .followed(
            .init(
                follower: AccountID(rawValue: 1), followee: AccountID(rawValue: 2), showReblogs: false, notify: true)),
        .unfollowed(follower: AccountID(rawValue: 1), followee: AccountID(rawValue: 2)),
        .applicationRegistered(
            .init(
                id: ApplicationID(rawValue: 4), name: "app", website: "", redirectURIs: ["a", "b"], scopes: ["read"],
                clientID: "c", clientSecretHash: [1, 2, 3])),
        .tokenIssued(
            .init(
                hash: [9, 9], application: ApplicationID(rawValue: 4), account: nil, scopes: [],
                createdUnixMilliseconds: 5)),
        .tokenRevoked(hash: [9]),
        .blocked(blocker: AccountID(rawValue: 1), blocked: AccountID(rawValue: 2)),
        .unblocked(blocker: AccountID(rawValue: 1), blocked: AccountID(rawValue: 2)),
        .muted(
            Mute(
                muter: AccountID(rawValue: 1), muted: AccountID(rawValue: 2), untilUnixMilliseconds: 5,
                hidesNotifications: false)),
        .unmuted(muter: AccountID(rawValue: 1), muted: AccountID(rawValue: 2)),
        .filterSet(filter),
        .filterSet(filterOfStatuses),
        .filterRemoved(owner: AccountID(rawValue: 1), filter: FilterID(rawValue: 3)),
        .standingChanged(Standing.Change(account: AccountID(rawValue: 2), flag: .silenced, isOn: true)),
        .accountDeleted(AccountID(rawValue: 2)),
        .authorizationIssued(
            Authorization(
                codeHash: [1, 2], application: ApplicationID(rawValue: 4), account: AccountID(rawValue: 5),
                scopes: ["read", "write"], redirectURI: "app://back", codeChallenge: "c", createdUnixMilliseconds: 6)),
        .authorizationUsed(
            Authorization.Use(account: AccountID(rawValue: 5), codeHash: [1, 2], tokenHash: [3])),
    ])
    func accountEventsComeBack(change: AccountEvent.Change) throws {
        let event = AccountEvent(id: EventID(rawValue: 77), change: change)
        #expect(try AccountEvent(decoding: event.encoded()[...]) == event)
    }

    @Test func aFilterOfAnEarlierReleaseHasNoStatuses() throws {
        let event = AccountEvent(id: EventID(rawValue: 7), change: .filterSet(Self.filter))
        // The empty list of statuses is its count alone.
        let old = event.encoded().dropLast(4)
        #expect(try AccountEvent(decoding: old) == event)
    }

    @Test func theLaneOfAnAcceptedStatusComesBackAndMayBeMissing() throws {
        var status = AcceptedStatus(
            id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), visibility: .public, inReplyTo: nil,
            inReplyToAccount: nil, mentions: [], tags: [], record: [7], lane: .bulk)
        let bytes = AcceptedEvent.accepted(status).encoded()
        #expect(try AcceptedEvent(decoding: bytes[...]) == .accepted(status))
        status.lane = nil
        // As an older release wrote it, and with a lane that this one does not know.
        let old = bytes.dropLast("bulk".utf8.count + 4)
        #expect(try AcceptedEvent(decoding: old) == .accepted(status))
        #expect(try AcceptedEvent(decoding: old + [4, 0, 0, 0] + Array("slow".utf8)) == .accepted(status))
    }

    @Test func deliveryItemsComeBack() throws {
        let item = DeliveryItem(
            id: 1, author: nil, toFollowers: true, addresses: [.public, .home(AccountID(rawValue: 4)), .tag("ä")],
            record: [1, 2, 3])
        #expect(try DeliveryItem(decoding: item.encoded()[...]) == item)
        var withTraits = item
        withTraits.traits = DeliveryTraits(
            kind: .status, author: AccountID(rawValue: 4), inReplyToAccount: AccountID(rawValue: 5),
            reblogOfAccount: AccountID(rawValue: 6), mentions: [AccountID(rawValue: 7)])
        #expect(try DeliveryItem(decoding: withTraits.encoded()[...]) == withTraits)
    }

    @Test func itemsOfEarlierReleasesAreRead() throws {
        var draft = Self.draft
        draft.isApproved = false
        let old = ReceiveEvent.post(draft).encoded().dropLast()
        #expect(try ReceiveEvent(decoding: old) == .post(draft))
        let refused = RefusedStatus(id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), reason: "no")
        #expect(try AcceptedEvent(decoding: AcceptedEvent.refused(refused).encoded().dropLast()) == .refused(refused))
        let item = DeliveryItem(id: 1, author: nil, toFollowers: true, addresses: [.public], record: [1, 2, 3])
        #expect(try DeliveryItem(decoding: item.encoded().dropLast()) == item)
    }

    @Test(arguments: [nil, TraceID(high: 1, low: 2)]) func theApplicationsWebsiteStandsBehindTheTrace(
        _ trace: TraceID?
    ) throws {
        var draft = Self.draft
        draft.trace = trace
        let old = ReceiveEvent.post(draft).encoded()
        draft.applicationWebsite = "https://toot.example"
        let new = ReceiveEvent.post(draft).encoded()
        #expect(try ReceiveEvent(decoding: new[...]) == .post(draft))
        #expect(try ReceiveEvent(decoding: (new + [9])[...]) == .post(draft), "later fields are ignored")
        draft.applicationWebsite = ""
        #expect(try ReceiveEvent(decoding: old[...]) == .post(draft))
        #expect(new.starts(with: old), "earlier releases read what they know")
    }

    @Test func traceIDsTravelLastAndMayBeMissing() throws {
        let trace = try #require(TraceID("4bf92f3577b34da6a3ce929d0e0e4736".utf8))
        var draft = Self.draft
        draft.trace = trace
        var delete = Self.delete
        delete.trace = trace
        for event in [ReceiveEvent.post(draft), .delete(delete)] {
            #expect(event.encoded().suffix(16) == Array(stride(from: 0, to: 32, by: 2)).map { Self.byte(trace, $0) })
            #expect(try ReceiveEvent(decoding: event.encoded()[...]) == event)
        }
        #expect(try ReceiveEvent(decoding: ReceiveEvent.post(draft).encoded().dropLast(16)) == .post(Self.draft))
        let status = AcceptedStatus(
            id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), visibility: .public, inReplyTo: nil,
            inReplyToAccount: nil, mentions: [], tags: [], record: [7], lane: .bulk, trace: trace)
        let refused = RefusedStatus(id: status.id, author: status.author, reason: "no", trace: trace)
        let events: [AcceptedEvent] = [
            .accepted(status), .refused(refused), .deleted(delete), .held(HeldStatus(status: status, reason: "r")),
        ]
        for event in events {
            let again = try AcceptedEvent(decoding: event.encoded()[...])
            #expect(again == event && again.trace == trace)
            #expect(try AcceptedEvent(decoding: event.encoded().dropLast(16)).trace == nil)
        }
        let item = DeliveryItem(id: 1, author: nil, toFollowers: true, addresses: [], record: [1], trace: trace)
        #expect(try DeliveryItem(decoding: item.encoded()[...]) == item)
        #expect(try DeliveryItem(decoding: item.encoded().dropLast(17)).trace == nil)
    }

    private static func byte(_ trace: TraceID, _ digit: Int) -> UInt8 {
        UInt8(trace.description.dropFirst(digit).prefix(2), radix: 16) ?? 0
    }

    @Test func routeItemsComeBack() throws {
        let item = RouteItem(
            content: .record, id: 8, author: AccountID(rawValue: 1), recipient: AccountID(rawValue: 2), hook: "words",
            bytes: [1, 2])
        #expect(try RouteItem(decoding: item.encoded()[...]) == item)
    }

    @Test(arguments: [
        ("route.mail", true), ("route.", false), ("route.A", false), ("routemail", false), ("receive", false),
    ])
    func routeTopicsAreToldByTheirName(name: String, isRoute: Bool) {
        #expect(Topics.isRoute(name) == isRoute)
    }

    @Test func everyCutIsAnErrorAndNoTrap() {
        let bytes = ReceiveEvent.post(Self.draft).encoded()
        // Without its last byte it is an item of an earlier release.
        for count in 0..<bytes.count - 1 {
            #expect(throws: DecodeError.self) { try ReceiveEvent(decoding: bytes[..<count]) }
        }
    }

    @Test func aNewerVersionIsNotCalledDamage() {
        var bytes = ReceiveEvent.post(Self.draft).encoded()
        bytes[0] = 2
        #expect(throws: DecodeError(field: "receive item", reason: .unsupportedVersion(2))) {
            try ReceiveEvent(decoding: bytes[...])
        }
    }

    @Test func fieldsOfALaterReleaseAreIgnored() throws {
        let event = ReceiveEvent.post(Self.draft)
        #expect(try ReceiveEvent(decoding: (event.encoded() + [1, 2, 3])[...]) == event)
    }

    @Test func randomBytesNeverTrap() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var state = seed
        for _ in 0..<20_000 {
            let bytes = (0..<Int(state % 90)).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Small values reach deep into the formats: they are kinds and lengths.
                return UInt8(truncatingIfNeeded: state >> 33) % ((state >> 60) < 12 ? 4 : 255)
            }
            state &+= 1
            _ = try? ReceiveEvent(decoding: bytes[...])
            _ = try? AcceptedEvent(decoding: bytes[...])
            _ = try? AccountEvent(decoding: bytes[...])
            _ = try? DeliveryItem(decoding: bytes[...])
            _ = try? RouteItem(decoding: bytes[...])
            _ = try? ItemBatch.items(of: bytes)
        }
        #expect(Bool(true), "seed \(seed)")
    }

    @Test func batchesKeepTheirItems() throws {
        let items: [[UInt8]] = [[1], [], [2, 3]]
        #expect(try ItemBatch.items(of: ItemBatch.encoded(items)).map(Array.init) == items)
        #expect(throws: DecodeError.self) { try ItemBatch.items(of: [5, 0, 0, 0, 1]) }
    }
}
