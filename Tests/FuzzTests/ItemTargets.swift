import FaultyFiles
import Queue
import StatuscastModel
import Testing

/// The items in frames, and cursors: mutated bytes are refused, or mean something that encodes and decodes again.
extension FuzzSuite {
    @Test func items() async throws {
        let corpus =
            Samples.receive.map { $0.encoded() } + Samples.accepted.map { $0.encoded() }
            + Samples.deliveries.map { $0.encoded() } + Samples.accounts.map { $0.encoded() }
        try await Fuzzing.run("items", corpus: corpus, leastInputs: 1_000) { input, _ in
            try Self.comesBack(input, { (b) throws(DecodeError) in try ReceiveEvent(decoding: b) }) { $0.encoded() }
            try Self.comesBack(input, { (b) throws(DecodeError) in try AcceptedEvent(decoding: b) }) { $0.encoded() }
            try Self.comesBack(input, { (b) throws(DecodeError) in try DeliveryItem(decoding: b) }) { $0.encoded() }
            try Self.comesBack(input, { (b) throws(DecodeError) in try AccountEvent(decoding: b) }) { $0.encoded() }
        }
    }

    @Test func batches() async throws {
        let corpus = [ItemBatch.encoded(Samples.receive.map { $0.encoded() }), ItemBatch.encoded([[], [1], [2, 3]])]
        try await Fuzzing.run("batches", corpus: corpus, leastInputs: 1_000) { input, _ in
            guard let items = try? ItemBatch.items(of: input) else { return }
            guard ItemBatch.encoded(items.map { Array($0) }) == input else { throw Wrong("the items are others") }
        }
    }

    @Test func cursors() async throws {
        let streams = (1...5 as ClosedRange<UInt64>).map { StreamID(openedUnixMilliseconds: $0, random: $0 << 40) }
        let cursor = Cursor(Dictionary(uniqueKeysWithValues: streams.map { ($0, UInt64.max - $0.random) }))
        let corpus = [Cursor(), cursor].map(CursorCodec.encoded)
        try await Fuzzing.run("cursors", corpus: corpus, leastInputs: 1_000) { input, _ in
            do throws(QueueError) {
                let cursor = try CursorCodec.decoded(input)
                guard try CursorCodec.decoded(CursorCodec.encoded(cursor)) == cursor else {
                    throw QueueError(.invalid, "")
                }
            } catch {
                if error.code == .invalid { throw Wrong("the cursor does not come back") }
            }
        }
    }

    private static func comesBack<Item: Equatable>(
        _ input: [UInt8], _ decode: (ArraySlice<UInt8>) throws(DecodeError) -> Item, _ encode: (Item) -> [UInt8]
    ) throws {
        guard let item = try? decode(input[...]) else { return }
        let again = try decode(encode(item)[...])
        guard again == item else { throw Wrong("\(item) comes back as \(again)") }
    }
}

enum Samples {
    static let draft = StatusDraft(
        id: StatusID(rawValue: 11), author: AccountID(rawValue: 12), visibility: .private, sensitive: true,
        inReplyTo: StatusID(rawValue: 9), inReplyToAccount: AccountID(rawValue: 8), text: "Grüße \u{1F600}",
        spoiler: "careful", language: "de", idempotencyKey: "key", application: ApplicationID(rawValue: 3),
        applicationName: "toot", trace: TraceID(high: 1, low: 2))
    static let delete = StatusDelete(
        event: EventID(rawValue: 21), status: StatusID(rawValue: 11), author: AccountID(rawValue: 12))
    static let account = Account(
        id: AccountID(rawValue: 5), username: "alice", displayName: "Alice", note: "n", locked: true, bot: true,
        priority: true, suspended: true, createdUnixMilliseconds: 99)

    static let interaction = Interaction(
        event: EventID(rawValue: 21), status: StatusID(rawValue: 11), statusAuthor: AccountID(rawValue: 12),
        account: AccountID(rawValue: 5), kind: .pin, isOn: true, trace: TraceID(high: 1, low: 2))
    static let record = StatusRecord(
        id: 11, author: AccountID(rawValue: 12), spoiler: "careful",
        mentions: [.init(account: AccountID(rawValue: 5), username: "alice")], tags: ["swift"], text: "Grüße",
        editedUnixMilliseconds: 77)

    static let receive: [ReceiveEvent] = [
        .post(draft), .delete(delete), .interaction(interaction),
        .edit(StatusEdit(event: EventID(rawValue: 21), record: record)),
        .reblog(
            ReblogDraft(
                id: StatusID(rawValue: 15), author: AccountID(rawValue: 5), visibility: .unlisted, original: record,
                trace: TraceID(high: 1, low: 2))),
    ]
    static let accepted: [AcceptedEvent] = [
        .interaction(interaction),
        .edited(
            EditedStatus(
                event: EventID(rawValue: 21), status: StatusID(rawValue: 11), author: AccountID(rawValue: 12),
                record: Array("From x\n\n".utf8)[...])),
        .accepted(
            AcceptedStatus(
                id: StatusID(rawValue: 15), author: AccountID(rawValue: 5), visibility: .public, inReplyTo: nil,
                inReplyToAccount: nil, mentions: [], tags: [], record: [1], lane: .bulk,
                reblogOf: StatusID(rawValue: 11), reblogOfAccount: AccountID(rawValue: 12))),
        .accepted(
            AcceptedStatus(
                id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), visibility: .public, inReplyTo: nil,
                inReplyToAccount: nil, mentions: [AccountID(rawValue: 3)], tags: ["swift"],
                record: Array("From x\n\n".utf8)[...], lane: .bulk, trace: TraceID(high: 3, low: 4))),
        .refused(
            RefusedStatus(
                id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), reason: "no", aliasOf: StatusID(rawValue: 7))
        ),
        .deleted(delete),
    ]
    static let deliveries = [
        DeliveryItem(
            id: 1, author: nil, toFollowers: true, addresses: [.public, .home(AccountID(rawValue: 4)), .tag("ä")],
            record: [1, 2, 3], trace: TraceID(high: 5, low: 6))
    ]
    static let accounts = [
        AccountEvent.Change.accountCreated(account, .init(email: "a@example.org", passwordHash: "h")),
        .accountsImported(
            .init(
                entries: [.init(account: account, email: "a@example.org", tokenHash: [1, 2, 3])], passwordHash: "h",
                application: ApplicationID(rawValue: 5), scopes: ["read"])),
        .followsImported([
            .init(follower: AccountID(rawValue: 1), followees: [2, 9, 1 << 62].map(AccountID.init(rawValue:)))
        ]),
        .followed(.init(follower: AccountID(rawValue: 1), followee: AccountID(rawValue: 2), notify: true)),
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
        .personal(.listSet(StatusList(id: ListID(rawValue: 3), owner: AccountID(rawValue: 1), title: "friends"))),
        .personal(
            .scheduledSet(
                ScheduledStatus(id: ScheduledID(rawValue: 8), dueUnixMilliseconds: 5, draft: draft))),
    ].map { AccountEvent(id: EventID(rawValue: 77), change: $0) }
}
