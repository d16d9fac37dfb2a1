/// What a mailbox record says, before it becomes mbox text and after it was read back: header fields and a body.
///
/// The judge makes one for each accepted status, the notify step one for each follow and request; the front reads them.
/// The mailbox library turns headers and body into mbox bytes and back and knows none of these names.
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
        /// A newer version of the status `editOf`, in the list of deletes. `id` is the event.
        case edit
        /// Somebody (`author`) likes the status `target`. `id` is the event.
        case favourite
    }

    /// What a reblog repeats. All other fields of its record but id, author and visibility are the original's.
    public struct Reblogged: Sendable, Hashable {
        public var status: StatusID
        public var author: AccountID
        public var username: String
        public var visibility: Visibility
        public init(status: StatusID, author: AccountID, username: String, visibility: Visibility) {
            self.status = status
            self.author = author
            self.username = username
            self.visibility = visibility
        }
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
    /// Empty where it has none.
    public var applicationWebsite: String
    public var reblogged: Reblogged?
    /// When this version was written; 0: it is the first.
    public var editedUnixMilliseconds: UInt64
    /// What an edit changes. Not a target: earlier releases take every target in the list of deletes for deleted.
    public var editOf: StatusID?
    /// What a tombstone deletes, a favourite is about.
    public var target: StatusID?
    /// Whose statuses a tombstone deletes.
    public var targetAccount: AccountID?
    public var text: String

    public init(
        kind: Kind = .status, id: UInt64, author: AccountID, visibility: Visibility = .public, sensitive: Bool = false,
        spoiler: String = "", language: String = "", inReplyTo: StatusID? = nil, inReplyToAccount: AccountID? = nil,
        mentions: [Mention] = [], tags: [String] = [], applicationName: String = "", applicationWebsite: String = "",
        target: StatusID? = nil, targetAccount: AccountID? = nil, text: String = "", reblogged: Reblogged? = nil,
        editedUnixMilliseconds: UInt64 = 0, editOf: StatusID? = nil
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
        self.applicationWebsite = applicationWebsite
        self.target = target
        self.targetAccount = targetAccount
        self.text = text
        self.reblogged = reblogged
        self.editedUnixMilliseconds = editedUnixMilliseconds
        self.editOf = editOf
    }

    /// Nil for what repeats nothing.
    public var original: StatusRecord? {
        guard let reblogged else { return nil }
        var original = self
        original.id = reblogged.status.rawValue
        original.author = reblogged.author
        original.visibility = reblogged.visibility
        original.reblogged = nil
        return original
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
        public static let applicationWebsite = "X-Statuscast-Application-Website"
        public static let target = "X-Statuscast-Target"
        public static let targetAccount = "X-Statuscast-Target-Account"
        public static let reblogOf = "X-Statuscast-Reblog-Of"
        public static let reblogOfAccount = "X-Statuscast-Reblog-Of-Account"
        public static let reblogOfName = "X-Statuscast-Reblog-Of-Name"
        public static let reblogOfVisibility = "X-Statuscast-Reblog-Of-Visibility"
        public static let editOf = "X-Statuscast-Edit-Of"
        /// Unix milliseconds.
        public static let edited = "X-Statuscast-Edited"
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
        add(Header.applicationWebsite, applicationWebsite)
        add(Header.target, target?.description)
        add(Header.targetAccount, targetAccount?.description)
        add(Header.reblogOf, reblogged?.status.description)
        add(Header.reblogOfAccount, reblogged?.author.description)
        add(Header.reblogOfName, reblogged?.username)
        add(Header.reblogOfVisibility, reblogged?.visibility.name)
        add(Header.editOf, editOf?.description)
        add(Header.edited, editedUnixMilliseconds == 0 ? nil : String(editedUnixMilliseconds))
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
            applicationName: header(Header.application) ?? "",
            applicationWebsite: header(Header.applicationWebsite) ?? "",
            target: header(Header.target).flatMap(StatusID.init),
            targetAccount: header(Header.targetAccount).flatMap(AccountID.init), text: text,
            reblogged: Reblogged(header), editedUnixMilliseconds: header(Header.edited).flatMap { UInt64($0) } ?? 0,
            editOf: header(Header.editOf).flatMap(StatusID.init))
    }
}

extension StatusRecord.Reblogged {
    fileprivate init?(_ header: (String) -> String?) {
        typealias Header = StatusRecord.Header
        guard let status = header(Header.reblogOf).flatMap(StatusID.init),
            let author = header(Header.reblogOfAccount).flatMap(AccountID.init),
            let visibility = header(Header.reblogOfVisibility).flatMap(Visibility.init(name:))
        else { return nil }
        self.init(status: status, author: author, username: header(Header.reblogOfName) ?? "", visibility: visibility)
    }
}

extension StatusRecord.Mention {
    init?(written: Substring) {
        let parts = written.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let account = AccountID(String(parts[0])) else { return nil }
        self.init(account: account, username: String(parts[1]))
    }
}
