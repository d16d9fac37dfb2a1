/// What an account wants of another: not to see what it says. Ends by itself at `untilUnixMilliseconds`.
public struct Mute: Sendable, Hashable {
    public var muter: AccountID
    public var muted: AccountID
    /// 0: until it is taken back.
    public var untilUnixMilliseconds: UInt64
    public var hidesNotifications: Bool

    public init(muter: AccountID, muted: AccountID, untilUnixMilliseconds: UInt64 = 0, hidesNotifications: Bool = true)
    {
        self.muter = muter
        self.muted = muted
        self.untilUnixMilliseconds = untilUnixMilliseconds
        self.hidesNotifications = hidesNotifications
    }

    public func isInForce(atUnixMilliseconds now: UInt64) -> Bool {
        untilUnixMilliseconds == 0 || now < untilUnixMilliseconds
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(muter)
        writer.id(muted)
        writer.integer(untilUnixMilliseconds)
        writer.flag(hidesNotifications)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        muter = try reader.id("muter")
        muted = try reader.id("muted")
        untilUnixMilliseconds = try reader.integer("muted until")
        hidesNotifications = try reader.flag("hides notifications")
    }
}

/// Words that an account does not want to meet, or wants to be warned of, and where.
///
/// The whole filter is one fact: a change of a keyword is a new version of its filter.
public struct Filter: Sendable, Hashable, Identifiable {
    /// Where a filter applies; the raw values are on disk. Delivery asks for the first two, the rest is for clients.
    public struct Contexts: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let home = Contexts(rawValue: 1)
        public static let notifications = Contexts(rawValue: 2)
        public static let `public` = Contexts(rawValue: 4)
        public static let thread = Contexts(rawValue: 8)
        public static let account = Contexts(rawValue: 16)
    }

    public enum Action: UInt8, Sendable {
        /// Shown behind a warning, by the client.
        case warn = 1
        /// Not delivered to home and notifications, and not shown there.
        case hide = 2
    }

    public struct Keyword: Sendable, Hashable, Identifiable {
        public var id: FilterID
        public var text: String
        public var wholeWord: Bool

        public init(id: FilterID, text: String, wholeWord: Bool) {
            self.id = id
            self.text = text
            self.wholeWord = wholeWord
        }
    }

    public struct FilteredStatus: Sendable, Hashable, Identifiable {
        public var id: FilterID
        public var status: StatusID

        public init(id: FilterID, status: StatusID) {
            self.id = id
            self.status = status
        }
    }

    public var id: FilterID
    public var owner: AccountID
    public var title: String
    public var contexts: Contexts
    public var action: Action
    /// 0: until it is taken back.
    public var expiresUnixMilliseconds: UInt64
    public var keywords: [Keyword]
    /// Single statuses that it meets, whatever they say. Delivery asks for none of these.
    public var statuses: [FilteredStatus]

    public init(
        id: FilterID, owner: AccountID, title: String, contexts: Contexts, action: Action = .warn,
        expiresUnixMilliseconds: UInt64 = 0, keywords: [Keyword] = [], statuses: [FilteredStatus] = []
    ) {
        self.id = id
        self.owner = owner
        self.title = title
        self.contexts = contexts
        self.action = action
        self.expiresUnixMilliseconds = expiresUnixMilliseconds
        self.keywords = keywords
        self.statuses = statuses
    }

    public func isInForce(atUnixMilliseconds now: UInt64) -> Bool {
        expiresUnixMilliseconds == 0 || now < expiresUnixMilliseconds
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.id(owner)
        writer.text(title)
        writer.integer(contexts.rawValue)
        writer.integer(action.rawValue)
        writer.integer(expiresUnixMilliseconds)
        writer.list(keywords) { writer, keyword in
            writer.id(keyword.id)
            writer.text(keyword.text)
            writer.flag(keyword.wholeWord)
        }
        writer.list(statuses) { writer, filtered in
            writer.id(filtered.id)
            writer.id(filtered.status)
        }
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("filter id")
        owner = try reader.id("filter owner")
        title = try reader.text("filter title")
        contexts = Contexts(rawValue: try reader.integer("filter contexts"))
        let rawAction = try reader.integer("filter action", as: UInt8.self)
        guard let action = Action(rawValue: rawAction) else {
            throw DecodeError(field: "filter action", reason: .invalid("unknown value \(rawAction)"))
        }
        self.action = action
        expiresUnixMilliseconds = try reader.integer("filter expiry")
        keywords = try reader.list("filter keywords") { reader throws(DecodeError) in
            let id: FilterID = try reader.id("keyword id")
            let text = try reader.text("keyword")
            return Keyword(id: id, text: text, wholeWord: try reader.flag("whole word"))
        }
        // Not in filters of earlier releases.
        guard !reader.isAtEnd else {
            statuses = []
            return
        }
        statuses = try reader.list("filtered statuses") { reader throws(DecodeError) in
            let id: FilterID = try reader.id("filtered status id")
            return FilteredStatus(id: id, status: try reader.id("filtered status"))
        }
    }
}
