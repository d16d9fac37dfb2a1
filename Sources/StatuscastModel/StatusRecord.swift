/// What a mailbox record says, before it becomes mbox text and after it was read back: header fields and a body.
///
/// The judge makes one for each accepted status, the notify step one for each follow and request; the front reads them. The mailbox
/// library turns headers and body into mbox bytes and back and knows none of these names.
public struct StatusRecord: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case status
        /// Somebody (`author`) followed the mailbox's owner.
        case follow
        /// Somebody (`author`) asks to follow the mailbox's owner.
        case followRequest = "follow_request"
        /// `id` is the event, `inReplyTo` nothing, `target` the deleted status or `targetAccount` the deleted account,
        /// all of whose statuses are deleted.
        case tombstone
    }

    public struct Mention: Sendable, Hashable {
        public var account: AccountID
        public var username: String
        public init(account: AccountID, username: String) {
            self.account = account
            self.username = username
        }
    }

    public var kind: Kind
    /// The status's or the event's id.
    public var id: UInt64
    public var author: AccountID
    public var visibility: Visibility
    public var sensitive: Bool
    public var spoiler: String
    public var language: String
    public var inReplyTo: StatusID?
    public var inReplyToAccount: AccountID?
    public var mentions: [Mention]
    /// Folded.
    public var tags: [String]
    public var applicationName: String
    /// What a tombstone deletes.
    public var target: StatusID?
    /// Whose statuses a tombstone deletes.
    public var targetAccount: AccountID?
    public var text: String

    public init(
        kind: Kind = .status, id: UInt64, author: AccountID, visibility: Visibility = .public, sensitive: Bool = false,
        spoiler: String = "", language: String = "", inReplyTo: StatusID? = nil, inReplyToAccount: AccountID? = nil,
        mentions: [Mention] = [], tags: [String] = [], applicationName: String = "", target: StatusID? = nil,
        targetAccount: AccountID? = nil, text: String = ""
    ) {
        self.kind = kind
        self.id = id
        self.author = author
        self.visibility = visibility
        self.sensitive = sensitive
        self.spoiler = spoiler
        self.language = language
        self.inReplyTo = inReplyTo
        self.inReplyToAccount = inReplyToAccount
        self.mentions = mentions
        self.tags = tags
        self.applicationName = applicationName
        self.target = target
        self.targetAccount = targetAccount
        self.text = text
    }
}

extension StatusRecord {
    /// Names of the header fields beyond those every mail reader knows.
    public enum Header {
        public static let kind = "X-Statuscast-Kind"
        public static let author = "X-Statuscast-Author"
        public static let visibility = "X-Statuscast-Visibility"
        public static let sensitive = "X-Statuscast-Sensitive"
        public static let spoiler = "X-Statuscast-Spoiler"
        public static let language = "Content-Language"
        public static let replyTo = "X-Statuscast-In-Reply-To"
        public static let replyToAccount = "X-Statuscast-In-Reply-To-Account"
        public static let mentions = "X-Statuscast-Mentions"
        public static let tags = "X-Statuscast-Tags"
        public static let application = "X-Statuscast-Application"
        public static let target = "X-Statuscast-Target"
        public static let targetAccount = "X-Statuscast-Target-Account"
    }

    /// The fields that carry the record's attributes, in order; absent ones are left out. Values are plain Unicode
    /// text: encoding them for mail is the mailbox library's work.
    public var headers: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = [
            (Header.kind, kind.rawValue), (Header.author, author.description),
            (Header.visibility, visibility.name),
        ]
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { fields.append((name, value)) }
        }
        add(Header.sensitive, sensitive ? "true" : nil)
        add(Header.spoiler, spoiler)
        add(Header.language, language)
        add(Header.replyTo, inReplyTo?.description)
        add(Header.replyToAccount, inReplyToAccount?.description)
        add(Header.mentions, mentions.map { "\($0.account)=\($0.username)" }.joined(separator: " "))
        add(Header.tags, tags.joined(separator: " "))
        add(Header.application, applicationName)
        add(Header.target, target?.description)
        add(Header.targetAccount, targetAccount?.description)
        return fields
    }

    /// Reads the fields back; `header` answers a field's decoded value by name.
    public init(id: UInt64, text: String, header: (String) -> String?) throws(DecodeError) {
        func required<T>(_ name: String, _ parse: (String) -> T?) throws(DecodeError) -> T {
            guard let value = header(name).flatMap(parse) else {
                throw DecodeError(field: name, reason: .invalid("missing or malformed"))
            }
            return value
        }
        self.init(
            kind: try required(Header.kind, Kind.init(rawValue:)), id: id,
            author: try required(Header.author, AccountID.init), 
            visibility: try required(Header.visibility, Visibility.init(name:)),
            sensitive: header(Header.sensitive) == "true", spoiler: header(Header.spoiler) ?? "",
            language: header(Header.language) ?? "", inReplyTo: header(Header.replyTo).flatMap(StatusID.init),
            inReplyToAccount: header(Header.replyToAccount).flatMap(AccountID.init),
            mentions: (header(Header.mentions) ?? "").split(separator: " ").compactMap(Mention.init(written:)),
            tags: (header(Header.tags) ?? "").split(separator: " ").map(String.init),
            applicationName: header(Header.application) ?? "", target: header(Header.target).flatMap(StatusID.init),
            targetAccount: header(Header.targetAccount).flatMap(AccountID.init), text: text)
    }
}

extension StatusRecord.Mention {
    init?(written: Substring) {
        let parts = written.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let account = AccountID(String(parts[0])) else { return nil }
        self.init(account: account, username: String(parts[1]))
    }
}
