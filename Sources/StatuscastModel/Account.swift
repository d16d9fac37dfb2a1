/// A person or a bot, as everybody sees it.
public struct Account: Sendable, Hashable, Identifiable {
    public var id: AccountID
    /// Unique without regard to case; ASCII letters, digits and underscores.
    public var username: String
    public var displayName: String
    public var note: String
    public var locked: Bool
    public var bot: Bool
    /// Set by an operator: posts travel in the priority lane.
    public var priority: Bool
    /// Set by an operator: may not post, and is shown to nobody.
    public var suspended: Bool
    public var createdUnixMilliseconds: UInt64

    public init(
        id: AccountID, username: String, displayName: String = "", note: String = "", locked: Bool = false,
        bot: Bool = false, priority: Bool = false, suspended: Bool = false, createdUnixMilliseconds: UInt64
    ) {
        self.id = id
        self.username = username
        self.displayName = displayName
        self.note = note
        self.locked = locked
        self.bot = bot
        self.priority = priority
        self.suspended = suspended
        self.createdUnixMilliseconds = createdUnixMilliseconds
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.text(username)
        writer.text(displayName)
        writer.text(note)
        writer.flag(locked)
        writer.flag(bot)
        writer.flag(priority)
        writer.flag(suspended)
        writer.integer(createdUnixMilliseconds)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("account id")
        username = try reader.text("username")
        displayName = try reader.text("display name")
        note = try reader.text("note")
        locked = try reader.flag("locked")
        bot = try reader.flag("bot")
        priority = try reader.flag("priority")
        suspended = try reader.flag("suspended")
        createdUnixMilliseconds = try reader.integer("created")
    }
}
