import StatuscastModel
import Testing

/// Reblogs, edits and interactions as items, and how they stand beside what earlier releases wrote.
struct StatusChangeItemTests {
    static let trace = TraceID(high: 1, low: 2)
    static let original = StatusRecord(
        id: 7, author: AccountID(rawValue: 2), visibility: .unlisted, sensitive: true, spoiler: "careful",
        language: "de", inReplyTo: StatusID(rawValue: 5), inReplyToAccount: AccountID(rawValue: 4),
        mentions: [.init(account: AccountID(rawValue: 3), username: "bob")], tags: ["swift"], applicationName: "toot",
        text: "Grüße @bob #swift", editedUnixMilliseconds: 99)

    static func interaction(_ kind: Interaction.Kind, isOn: Bool, trace: TraceID? = trace) -> Interaction {
        Interaction(
            event: EventID(rawValue: 21), status: StatusID(rawValue: 7), statusAuthor: AccountID(rawValue: 2),
            account: AccountID(rawValue: 1), kind: kind, isOn: isOn, trace: trace)
    }

    @Test(arguments: [
        ReceiveEvent.reblog(
            ReblogDraft(
                id: StatusID(rawValue: 9), author: AccountID(rawValue: 1), visibility: .private, original: original,
                trace: trace)),
        .edit(StatusEdit(event: EventID(rawValue: 21), record: original)),
        .interaction(interaction(.favourite, isOn: true)),
        .interaction(interaction(.mute, isOn: false, trace: nil)),
    ])
    func receiveEventsComeBack(event: ReceiveEvent) throws {
        #expect(try ReceiveEvent(decoding: event.encoded()[...]) == event)
    }

    private static func status(trace: TraceID?, reblogOf: StatusID?) -> AcceptedStatus {
        AcceptedStatus(
            id: StatusID(rawValue: 1), author: AccountID(rawValue: 2), visibility: .public, inReplyTo: nil,
            inReplyToAccount: nil, mentions: [], tags: [], record: [7], lane: .bulk, trace: trace, reblogOf: reblogOf,
            reblogOfAccount: reblogOf.map { _ in AccountID(rawValue: 4) })
    }

    @Test(arguments: [
        AcceptedEvent.accepted(status(trace: trace, reblogOf: StatusID(rawValue: 3))),
        // Without a trace its place is taken all the same, or the reblog would be read as one.
        .accepted(status(trace: nil, reblogOf: StatusID(rawValue: 3))),
        .accepted(status(trace: nil, reblogOf: nil)),
        .edited(
            EditedStatus(
                event: EventID(rawValue: 21), status: StatusID(rawValue: 7), author: AccountID(rawValue: 2),
                record: [1, 2], trace: trace)),
        .interaction(interaction(.pin, isOn: true)),
    ])
    func acceptedEventsComeBack(event: AcceptedEvent) throws {
        #expect(try AcceptedEvent(decoding: event.encoded()[...]) == event)
    }

    @Test func aStatusThatRepeatsNothingIsWrittenAsEarlierReleasesDid() throws {
        let bytes = AcceptedEvent.accepted(Self.status(trace: Self.trace, reblogOf: nil)).encoded()
        let reblog = AcceptedEvent.accepted(Self.status(trace: Self.trace, reblogOf: StatusID(rawValue: 3))).encoded()
        #expect(reblog.dropLast(16) == bytes[...])
        #expect(try AcceptedEvent(decoding: bytes[...]) == .accepted(Self.status(trace: Self.trace, reblogOf: nil)))
    }

    @Test func aReblogsRecordGivesTheOriginalBack() throws {
        var record = Self.original
        record.reblogged = .init(
            status: StatusID(rawValue: 7), author: record.author, username: "ada", visibility: record.visibility)
        record.id = 9
        record.author = AccountID(rawValue: 1)
        record.visibility = .private
        let fields = record.headers
        let read = try StatusRecord(id: 9, text: record.text) { name in fields.first { $0.name == name }?.value }
        #expect(read == record)
        #expect(read.original == Self.original)
    }

    @Test func anUnknownInteractionIsSaid() {
        var bytes = ReceiveEvent.interaction(Self.interaction(.pin, isOn: true)).encoded()
        bytes[2 + 32] = 77
        #expect(throws: DecodeError(field: "interaction kind", reason: .invalid("unknown value 77"))) {
            try ReceiveEvent(decoding: bytes[...])
        }
    }
}
