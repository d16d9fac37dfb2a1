/// How far an account has read one of its timelines.
public struct Marker: Sendable, Hashable {
    /// `home` or `notifications`.
    public var timeline: String
    public var owner: AccountID
    public var lastRead: UInt64
    /// How often it was set.
    public var count: UInt64

    public init(owner: AccountID, timeline: String, lastRead: UInt64, count: UInt64 = 0) {
        self.timeline = timeline
        self.owner = owner
        self.lastRead = lastRead
        self.count = count
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(owner)
        writer.text(timeline)
        writer.integer(lastRead)
        writer.integer(count)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        owner = try reader.id("marker owner")
        timeline = try reader.text("marker timeline")
        lastRead = try reader.integer("last read")
        count = try reader.integer("marker count")
    }
}

/// What an account did with a conversation, which is named by the status that began it.
public struct ConversationState: Sendable, Hashable {
    public var owner: AccountID
    public var conversation: StatusID
    /// What is up to here was read.
    public var read: UInt64
    /// What is up to here does not show.
    public var hidden: UInt64

    public init(owner: AccountID, conversation: StatusID, read: UInt64 = 0, hidden: UInt64 = 0) {
        self.owner = owner
        self.conversation = conversation
        self.read = read
        self.hidden = hidden
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(owner)
        writer.id(conversation)
        writer.integer(read)
        writer.integer(hidden)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        owner = try reader.id("conversation owner")
        conversation = try reader.id("conversation")
        read = try reader.integer("read up to")
        hidden = try reader.integer("hidden up to")
    }
}

/// Notifications that an account has put away: one, or all up to one.
public struct NotificationDismissal: Sendable, Hashable {
    public var owner: AccountID
    public var notification: UInt64
    public var isUpTo: Bool

    public init(owner: AccountID, notification: UInt64, isUpTo: Bool) {
        self.owner = owner
        self.notification = notification
        self.isUpTo = isUpTo
    }

    /// There is one bound for all, and one thing for each single notification.
    var key: String { isUpTo ? "all" : String(notification) }

    func encode(into writer: inout ByteWriter) {
        writer.id(owner)
        writer.integer(notification)
        writer.flag(isUpTo)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        owner = try reader.id("notifications' owner")
        notification = try reader.integer("notification")
        isUpTo = try reader.flag("is a bound")
    }
}
