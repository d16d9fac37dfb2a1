/// One item of a `deliver.*` topic: one record for one partition.
///
/// | bytes | field |
/// | --- | --- |
/// | 1 | version, 1 |
/// | 8 | record id: the status's, or the event's for a notification or tombstone |
/// | 8 | author of the record, 0 for a tombstone |
/// | 1 | 1: also to the home of every follower of the author in this partition |
/// | 4 + … | addresses in this partition, each as text |
/// | 4 + … | the record |
/// | 1 | 1: the fields below follow; without them (items of earlier releases) no delivery hook is asked |
/// | 1 | kind of the record: 1 status, 2 follow, 3 tombstone, 4 edit, 5 favourite, 6 follow request |
/// | 8 | author of the record |
/// | 8 | account that is replied to, 0 for none |
/// | 8 | author of what is reblogged, 0 for none |
/// | 4 + 8 each | accounts that are mentioned |
/// | 16 | trace id, at the end, whether or not there are traits; absent where none is known |
///
/// It names the author, not the recipients: followers are found next to their mailboxes.
public struct DeliveryItem: Sendable, Hashable {
    public var id: UInt64
    public var author: AccountID?
    public var toFollowers: Bool
    public var addresses: [Address]
    public var record: ArraySlice<UInt8>
    /// What delivery hooks decide by, so that nobody has to read the record for it.
    public var traits: DeliveryTraits?
    public var trace: TraceID?

    public init(
        id: UInt64, author: AccountID?, toFollowers: Bool, addresses: [Address], record: ArraySlice<UInt8>,
        traits: DeliveryTraits? = nil, trace: TraceID? = nil
    ) {
        self.id = id
        self.author = author
        self.toFollowers = toFollowers
        self.addresses = addresses
        self.record = record
        self.traits = traits
        self.trace = trace
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: record.count + 64)
        writer.integer(UInt8(1))
        writer.integer(id)
        writer.id(author)
        writer.flag(toFollowers)
        writer.list(addresses) { $0.text($1.description) }
        writer.blob(record)
        writer.flag(traits != nil)
        traits?.encode(into: &writer)
        writer.trace(trace)
        return writer.bytes
    }

    public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
        var reader = ByteReader(bytes)
        _ = try reader.version(upTo: 1, "delivery item")
        id = try reader.integer("record id")
        author = try reader.optionalID("author")
        toFollowers = try reader.flag("to followers")
        addresses = try reader.list("addresses") { reader throws(DecodeError) in
            let text = try reader.text("address")
            guard let address = Address(text) else {
                throw DecodeError(field: "address", reason: .invalid("\"\(text)\" is no address"))
            }
            return address
        }
        record = try reader.blob("record")
        let hasTraits = reader.isAtEnd ? false : try reader.flag("has traits")
        traits = hasTraits ? try DeliveryTraits(from: &reader) : nil
        trace = try reader.trace()
    }
}

/// Who has to do with a record: what a recipient's rules are about.
public struct DeliveryTraits: Sendable, Hashable {
    /// The raw values are on disk.
    public enum Kind: UInt8, Sendable {
        case status = 1
        case follow = 2
        case tombstone = 3
        case edit = 4
        case favourite = 5
        case followRequest = 6
    }

    public var kind: Kind
    public var author: AccountID
    public var inReplyToAccount: AccountID?
    /// The author of what the record reblogs.
    public var reblogOfAccount: AccountID?
    public var mentions: [AccountID]

    public init(
        kind: Kind, author: AccountID, inReplyToAccount: AccountID? = nil, reblogOfAccount: AccountID? = nil,
        mentions: [AccountID] = []
    ) {
        self.kind = kind
        self.author = author
        self.inReplyToAccount = inReplyToAccount
        self.reblogOfAccount = reblogOfAccount
        self.mentions = mentions
    }

    func encode(into writer: inout ByteWriter) {
        writer.integer(kind.rawValue)
        writer.id(author)
        writer.id(inReplyToAccount)
        writer.id(reblogOfAccount)
        writer.list(mentions) { $0.id($1) }
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        let rawKind = try reader.integer("record kind", as: UInt8.self)
        guard let kind = Kind(rawValue: rawKind) else {
            throw DecodeError(field: "record kind", reason: .invalid("unknown value \(rawKind)"))
        }
        self.kind = kind
        author = try reader.id("record author")
        inReplyToAccount = try reader.optionalID("in reply to account")
        reblogOfAccount = try reader.optionalID("reblogged account")
        mentions = try reader.list("mentions") { reader throws(DecodeError) in try reader.id("mention") }
    }
}
