/// One item of the topic `receive`: what a client asked for, before anybody judged it.
///
/// | bytes | field |
/// | --- | --- |
/// | 1 | version, 1 |
/// | 1 | kind: 1 post, 2 delete, 3 reblog, 4 edit, 5 interaction |
/// | … | the fields of the kind, in the order of the structure below |
///
/// Integers are little-endian, texts are UTF-8 with a 4-byte length; bytes behind the known fields are ignored.
public enum ReceiveEvent: Sendable, Hashable {
    case post(StatusDraft)
    case delete(StatusDelete)
    case reblog(ReblogDraft)
    case edit(StatusEdit)
    case interaction(Interaction)

    /// Whose partition it travels in.
    public var author: AccountID {
        switch self {
        case .post(let draft): draft.author
        case .delete(let delete): delete.author
        case .reblog(let reblog): reblog.author
        case .edit(let edit): edit.record.author
        case .interaction(let interaction): interaction.account
        }
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(UInt8(1))
        switch self {
        case .post(let draft):
            writer.integer(UInt8(1))
            draft.encode(into: &writer)
        case .delete(let delete):
            writer.integer(UInt8(2))
            delete.encode(into: &writer)
        case .reblog(let reblog):
            writer.integer(UInt8(3))
            reblog.encode(into: &writer)
        case .edit(let edit):
            writer.integer(UInt8(4))
            edit.encode(into: &writer)
        case .interaction(let interaction):
            writer.integer(UInt8(5))
            interaction.encode(into: &writer)
        }
        return writer.bytes
    }

    public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
        var reader = ByteReader(bytes)
        _ = try reader.version(upTo: 1, "receive item")
        switch try reader.integer("receive item kind", as: UInt8.self) {
        case 1: self = .post(try StatusDraft(from: &reader))
        case 2: self = .delete(try StatusDelete(from: &reader))
        case 3: self = .reblog(try ReblogDraft(from: &reader))
        case 4: self = .edit(try StatusEdit(from: &reader))
        case 5: self = .interaction(try Interaction(from: &reader))
        case let kind: throw DecodeError(field: "receive item kind", reason: .invalid("unknown kind \(kind)"))
        }
    }
}

/// A status as its author wrote it. Its time of creation is in its id.
///
/// In an item the fields stand in this order but for the last two: the trace (16 bytes, absent where there is none and nothing
/// follows, else zero), then the application's website, absent where it is empty.
public struct StatusDraft: Sendable, Hashable {
    public var id: StatusID
    public var author: AccountID
    public var visibility: Visibility
    public var sensitive: Bool
    public var inReplyTo: StatusID?
    public var inReplyToAccount: AccountID?
    public var text: String
    public var spoiler: String
    /// ISO 639 code, empty where the author named none.
    public var language: String
    /// Empty where the client sent none. Of the same author's statuses with one key only the first is accepted.
    public var idempotencyKey: String
    /// The application it was written with.
    public var application: ApplicationID?
    public var applicationName: String
    /// Empty where it has none.
    public var applicationWebsite: String
    /// An operator has released it: no receive hook is asked again.
    public var isApproved: Bool
    /// Of the request that it came with.
    public var trace: TraceID?

    public init(
        id: StatusID, author: AccountID, visibility: Visibility = .public, sensitive: Bool = false,
        inReplyTo: StatusID? = nil, inReplyToAccount: AccountID? = nil, text: String, spoiler: String = "",
        language: String = "", idempotencyKey: String = "", application: ApplicationID? = nil,
        applicationName: String = "", applicationWebsite: String = "", isApproved: Bool = false, trace: TraceID? = nil
    ) {
        self.id = id
        self.author = author
        self.visibility = visibility
        self.sensitive = sensitive
        self.inReplyTo = inReplyTo
        self.inReplyToAccount = inReplyToAccount
        self.text = text
        self.spoiler = spoiler
        self.language = language
        self.idempotencyKey = idempotencyKey
        self.application = application
        self.applicationName = applicationName
        self.applicationWebsite = applicationWebsite
        self.isApproved = isApproved
        self.trace = trace
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.id(author)
        writer.integer(visibility.rawValue)
        writer.flag(sensitive)
        writer.id(inReplyTo)
        writer.id(inReplyToAccount)
        writer.text(text)
        writer.text(spoiler)
        writer.text(language)
        writer.text(idempotencyKey)
        writer.id(application)
        writer.text(applicationName)
        writer.flag(isApproved)
        if applicationWebsite.isEmpty {
            writer.trace(trace)
        } else {
            writer.traceOrNone(trace)
            writer.text(applicationWebsite)
        }
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("status id")
        author = try reader.id("author")
        visibility = try Visibility(from: &reader)
        sensitive = try reader.flag("sensitive")
        inReplyTo = try reader.optionalID("in reply to")
        inReplyToAccount = try reader.optionalID("in reply to account")
        text = try reader.text("text")
        spoiler = try reader.text("spoiler")
        language = try reader.text("language")
        idempotencyKey = try reader.text("idempotency key")
        application = try reader.optionalID("application")
        applicationName = try reader.text("application name")
        // Not in items of earlier releases.
        isApproved = reader.isAtEnd ? false : try reader.flag("approved")
        // It stands behind the trace, which is written then in any case.
        let hasMore = reader.remaining > 16
        trace = try reader.trace()
        applicationWebsite = hasMore ? try reader.text("application website") : ""
    }
}

/// The end of a status: an event of its own, which may arrive before the status does.
public struct StatusDelete: Sendable, Hashable {
    public var event: EventID
    public var status: StatusID
    public var author: AccountID
    /// Of the request that asked for it.
    public var trace: TraceID?

    public init(event: EventID, status: StatusID, author: AccountID, trace: TraceID? = nil) {
        self.event = event
        self.status = status
        self.author = author
        self.trace = trace
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(event)
        writer.id(status)
        writer.id(author)
        writer.trace(trace)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        event = try reader.id("event id")
        status = try reader.id("status id")
        author = try reader.id("author")
        trace = try reader.trace()
    }
}

extension Visibility {
    init(from reader: inout ByteReader) throws(DecodeError) {
        let raw = try reader.integer("visibility", as: UInt8.self)
        guard let value = Visibility(rawValue: raw) else {
            throw DecodeError(field: "visibility", reason: .invalid("unknown value \(raw)"))
        }
        self = value
    }
}
