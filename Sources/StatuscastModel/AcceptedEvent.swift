/// One item of the topic `accepted`: the judge's verdict, and the record as it will lie in every mailbox.
///
/// Layout as in `ReceiveEvent`: version 1, kind (1 accepted, 2 refused, 3 deleted), fields in the order below.
public enum AcceptedEvent: Sendable, Hashable {
    case accepted(AcceptedStatus)
    case refused(RefusedStatus)
    case deleted(StatusDelete)

    public var author: AccountID {
        switch self {
        case .accepted(let status): status.author
        case .refused(let status): status.author
        case .deleted(let delete): delete.author
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

    public init(
        id: StatusID, author: AccountID, visibility: Visibility, inReplyTo: StatusID?, inReplyToAccount: AccountID?,
        mentions: [AccountID], tags: [String], record: ArraySlice<UInt8>, lane: Lane? = nil
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
    }
}

/// A status that goes nowhere, and why. `aliasOf` names the status whose idempotency key it repeated.
public struct RefusedStatus: Sendable, Hashable {
    public var id: StatusID
    public var author: AccountID
    public var reason: String
    public var aliasOf: StatusID?

    public init(id: StatusID, author: AccountID, reason: String, aliasOf: StatusID? = nil) {
        self.id = id
        self.author = author
        self.reason = reason
        self.aliasOf = aliasOf
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.id(author)
        writer.text(reason)
        writer.id(aliasOf)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("status id")
        author = try reader.id("author")
        reason = try reader.text("reason")
        aliasOf = try reader.optionalID("alias of")
    }
}
