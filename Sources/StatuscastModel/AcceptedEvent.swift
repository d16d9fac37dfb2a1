/// One item of the topic `accepted`: the judge's verdict, and the record as it will lie in every mailbox.
///
/// Layout as in `ReceiveEvent`: version 1, kind (1 accepted, 2 refused, 3 deleted, 4 held, 5 edited,
/// 6 interaction), fields in the order below.
public enum AcceptedEvent: Sendable, Hashable {
    case accepted(AcceptedStatus)
    case refused(RefusedStatus)
    case deleted(StatusDelete)
    /// Waits for an operator's word; only its author sees it. A later verdict of any other kind replaces this one.
    case held(HeldStatus)
    case edited(EditedStatus)
    case interaction(Interaction)

    /// Who did it.
    public var author: AccountID {
        switch self {
        case .accepted(let status): status.author
        case .refused(let status): status.author
        case .deleted(let delete): delete.author
        case .held(let held): held.status.author
        case .edited(let edited): edited.author
        case .interaction(let interaction): interaction.account
        }
    }

    /// What it says something about.
    public var status: StatusID {
        switch self {
        case .accepted(let status): status.id
        case .refused(let status): status.id
        case .deleted(let delete): delete.status
        case .held(let held): held.status.id
        case .edited(let edited): edited.status
        case .interaction(let interaction): interaction.status
        }
    }

    /// Of the request that it comes from, nil where nobody knows.
    public var trace: TraceID? {
        switch self {
        case .accepted(let status): status.trace
        case .refused(let status): status.trace
        case .deleted(let delete): delete.trace
        case .held(let held): held.status.trace
        case .edited(let edited): edited.trace
        case .interaction(let interaction): interaction.trace
        }
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: 1024)
        writer.integer(UInt8(1))
        switch self {
        case .accepted(let status):
            writer.integer(UInt8(1))
            status.encode(into: &writer)
        case .refused(let status):
            writer.integer(UInt8(2))
            status.encode(into: &writer)
        case .deleted(let delete):
            writer.integer(UInt8(3))
            delete.encode(into: &writer)
        case .held(let held):
            writer.integer(UInt8(4))
            held.encode(into: &writer)
        case .edited(let edited):
            writer.integer(UInt8(5))
            edited.encode(into: &writer)
        case .interaction(let interaction):
            writer.integer(UInt8(6))
            interaction.encode(into: &writer)
        }
        return writer.bytes
    }

    public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
        var reader = ByteReader(bytes)
        _ = try reader.version(upTo: 1, "accepted item")
        switch try reader.integer("accepted item kind", as: UInt8.self) {
        case 1: self = .accepted(try AcceptedStatus(from: &reader))
        case 2: self = .refused(try RefusedStatus(from: &reader))
        case 3: self = .deleted(try StatusDelete(from: &reader))
        case 4: self = .held(try HeldStatus(from: &reader))
        case 5: self = .edited(try EditedStatus(from: &reader))
        case 6: self = .interaction(try Interaction(from: &reader))
        case let kind: throw DecodeError(field: "accepted item kind", reason: .invalid("unknown kind \(kind)"))
        }
    }
}

/// A status on its way: what the store indexes and the spread step routes by, and the rendered record.
public struct AcceptedStatus: Sendable, Hashable {
    public var id: StatusID
    public var author: AccountID
    public var visibility: Visibility
    public var inReplyTo: StatusID?
    public var inReplyToAccount: AccountID?
    public var mentions: [AccountID]
    /// Folded.
    public var tags: [String]
    /// The mbox record, from its `From ` line to the blank line that ends it. The same bytes go everywhere.
    public var record: ArraySlice<UInt8>
    /// In which lane the author's followers get it, decided once: the spread of each lane reads it at a time of its own.
    /// Nil in items from before lanes were decided by the judge, and for a lane that this program does not know.
    public var lane: Lane?
    public var trace: TraceID?
    /// What it repeats: then mentions, tags and reply are nobody's, and what the record says is the original's.
    public var reblogOf: StatusID?
    public var reblogOfAccount: AccountID?

    public init(
        id: StatusID, author: AccountID, visibility: Visibility, inReplyTo: StatusID?, inReplyToAccount: AccountID?,
        mentions: [AccountID], tags: [String], record: ArraySlice<UInt8>, lane: Lane? = nil,
        trace: TraceID? = nil, reblogOf: StatusID? = nil, reblogOfAccount: AccountID? = nil
    ) {
        self.id = id
        self.author = author
        self.visibility = visibility
        self.inReplyTo = inReplyTo
        self.inReplyToAccount = inReplyToAccount
        self.mentions = mentions
        self.tags = tags
        self.record = record
        self.lane = lane
        self.trace = trace
        self.reblogOf = reblogOf
        self.reblogOfAccount = reblogOfAccount
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.id(author)
        writer.integer(visibility.rawValue)
        writer.id(inReplyTo)
        writer.id(inReplyToAccount)
        writer.list(mentions) { $0.id($1) }
        writer.list(tags) { $0.text($1) }
        writer.blob(record)
        writer.text(lane?.rawValue ?? "")
        guard let reblogOf else { return writer.trace(trace) }
        // What is not known takes its place all the same where more follows.
        if trace == nil { writer.raw(repeatElement(0, count: 16)) } else { writer.trace(trace) }
        writer.id(reblogOf)
        writer.id(reblogOfAccount)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("status id")
        author = try reader.id("author")
        visibility = try Visibility(from: &reader)
        inReplyTo = try reader.optionalID("in reply to")
        inReplyToAccount = try reader.optionalID("in reply to account")
        mentions = try reader.list("mentions") { reader throws(DecodeError) in try reader.id("mention") }
        tags = try reader.list("tags") { reader throws(DecodeError) in try reader.text("tag") }
        record = try reader.blob("record")
        let name = reader.isAtEnd ? "" : try reader.text("lane")
        lane = Lane.all.first { $0.rawValue == name }
        trace = try reader.trace()
        // Not in items of earlier releases, nor in what repeats nothing.
        reblogOf = reader.isAtEnd ? nil : try reader.optionalID("reblog of")
        reblogOfAccount = reblogOf == nil ? nil : try reader.optionalID("reblog of account")
    }
}

/// A status that goes nowhere, and why. `aliasOf` names the status whose idempotency key it repeated.
public struct RefusedStatus: Sendable, Hashable {
    public var id: StatusID
    public var author: AccountID
    public var reason: String
    public var aliasOf: StatusID?
    /// Its author has seen it meanwhile in the home timeline, from where it is taken back.
    public var wasHeld: Bool
    public var trace: TraceID?

    public init(
        id: StatusID, author: AccountID, reason: String, aliasOf: StatusID? = nil, wasHeld: Bool = false,
        trace: TraceID? = nil
    ) {
        self.id = id
        self.author = author
        self.reason = reason
        self.aliasOf = aliasOf
        self.wasHeld = wasHeld
        self.trace = trace
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.id(author)
        writer.text(reason)
        writer.id(aliasOf)
        writer.flag(wasHeld)
        writer.trace(trace)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("status id")
        author = try reader.id("author")
        reason = try reader.text("reason")
        aliasOf = try reader.optionalID("alias of")
        // Not in items of earlier releases.
        wasHeld = reader.isAtEnd ? false : try reader.flag("was held")
        trace = try reader.trace()
    }
}

/// A status that waits for an operator, as it would go out, and why it waits.
public struct HeldStatus: Sendable, Hashable {
    public var status: AcceptedStatus
    public var reason: String

    public init(status: AcceptedStatus, reason: String) {
        self.status = status
        self.reason = reason
    }

    /// The reason comes first, so that fields can still be added behind those of the status.
    func encode(into writer: inout ByteWriter) {
        writer.text(reason)
        status.encode(into: &writer)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        reason = try reader.text("reason")
        status = try AcceptedStatus(from: &reader)
    }
}
