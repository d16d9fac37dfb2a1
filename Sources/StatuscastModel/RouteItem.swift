/// One item of a topic `route.*`: what a hook has sent on, and because of what.
///
/// | bytes | field |
/// | --- | --- |
/// | 1 | version, 1 |
/// | 1 | what the content is: 1 a `ReceiveEvent` (from a receive hook), 2 a mailbox record (from a delivery hook) |
/// | 8 | status or record id |
/// | 8 | author |
/// | 8 | recipient; 0 from a receive hook |
/// | 4 + … | name of the hook |
/// | 4 + … | the content |
///
/// An item may come more than once, as everything that a queue carries.
public struct RouteItem: Sendable, Hashable {
    /// The raw values are on disk.
    public enum Content: UInt8, Sendable {
        case draft = 1
        case record = 2
    }

    public var content: Content
    public var id: UInt64
    public var author: AccountID
    public var recipient: AccountID?
    public var hook: String
    public var bytes: ArraySlice<UInt8>

    public init(
        content: Content, id: UInt64, author: AccountID, recipient: AccountID? = nil, hook: String,
        bytes: ArraySlice<UInt8>
    ) {
        self.content = content
        self.id = id
        self.author = author
        self.recipient = recipient
        self.hook = hook
        self.bytes = bytes
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: bytes.count + 64)
        writer.integer(UInt8(1))
        writer.integer(content.rawValue)
        writer.integer(id)
        writer.id(author)
        writer.id(recipient)
        writer.text(hook)
        writer.blob(bytes)
        return writer.bytes
    }

    public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
        var reader = ByteReader(bytes)
        _ = try reader.version(upTo: 1, "route item")
        let rawContent = try reader.integer("route item content", as: UInt8.self)
        guard let content = Content(rawValue: rawContent) else {
            throw DecodeError(field: "route item content", reason: .invalid("unknown value \(rawContent)"))
        }
        self.content = content
        id = try reader.integer("record id")
        author = try reader.id("author")
        recipient = try reader.optionalID("recipient")
        hook = try reader.text("hook")
        self.bytes = try reader.blob("content")
    }
}
