/// What people say of themselves, how they want to be met, and what their statuses are like unless they say otherwise.
public struct Profile: Sendable, Hashable {
    /// Each field is a fact with a version of its own. The raw values are on disk.
    public enum Field: UInt8, Sendable, Hashable, CaseIterable {
        case displayName = 1
        case note = 2
        case locked = 3
        case bot = 4
        case discoverable = 5
        case indexable = 6
        case links = 7
        case avatar = 8
        case header = 9
        case privacy = 10
        case sensitive = 11
        case language = 12
    }

    /// A line of the small table that a profile shows.
    public struct Link: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public var displayName = ""
    public var note = ""
    /// Follows have to be asked for.
    public var locked = false
    public var bot = false
    public var discoverable = true
    public var indexable = false
    public var links: [Link] = []
    /// The name of an uploaded picture; empty: the one made for the account.
    public var avatar = ""
    public var header = ""
    /// Of statuses that do not say.
    public var privacy = Visibility.public
    public var sensitive = false
    public var language = ""

    public init() {}
}

extension Profile {
    /// A field as it is kept: text as UTF-8, a flag as one byte, links as a list of name and value.
    public func value(of field: Field) -> [UInt8] {
        switch field {
        case .displayName: Array(displayName.utf8)
        case .note: Array(note.utf8)
        case .locked: [locked ? 1 : 0]
        case .bot: [bot ? 1 : 0]
        case .discoverable: [discoverable ? 1 : 0]
        case .indexable: [indexable ? 1 : 0]
        case .links: Profile.encoded(links)
        case .avatar: Array(avatar.utf8)
        case .header: Array(header.utf8)
        case .privacy: [privacy.rawValue]
        case .sensitive: [sensitive ? 1 : 0]
        case .language: Array(language.utf8)
        }
    }

    /// Throws for bytes that are no value of the field; the profile is then as it was.
    public mutating func set(_ field: Field, to value: [UInt8]) throws(DecodeError) {
        switch field {
        case .displayName: displayName = try Profile.text(value, "display name")
        case .note: note = try Profile.text(value, "note")
        case .locked: locked = try Profile.flag(value, "locked")
        case .bot: bot = try Profile.flag(value, "bot")
        case .discoverable: discoverable = try Profile.flag(value, "discoverable")
        case .indexable: indexable = try Profile.flag(value, "indexable")
        case .links: links = try Profile.links(value)
        case .avatar: avatar = try Profile.text(value, "avatar")
        case .header: header = try Profile.text(value, "header")
        case .privacy:
            guard let privacy = value.first.flatMap(Visibility.init(rawValue:)) else {
                throw DecodeError(field: "privacy", reason: .invalid("unknown value"))
            }
            self.privacy = privacy
        case .sensitive: sensitive = try Profile.flag(value, "sensitive")
        case .language: language = try Profile.text(value, "language")
        }
    }

    private static func text(_ value: [UInt8], _ field: String) throws(DecodeError) -> String {
        guard let text = String(validating: value, as: UTF8.self) else {
            throw DecodeError(field: field, reason: .invalid("not UTF-8"))
        }
        return text
    }

    private static func flag(_ value: [UInt8], _ field: String) throws(DecodeError) -> Bool {
        guard let byte = value.first else { throw DecodeError(field: field, reason: .truncated) }
        return byte != 0
    }

    private static func encoded(_ links: [Link]) -> [UInt8] {
        var writer = ByteWriter()
        writer.list(links) {
            $0.text($1.name)
            $0.text($1.value)
        }
        return writer.bytes
    }

    private static func links(_ value: [UInt8]) throws(DecodeError) -> [Link] {
        var reader = ByteReader(value)
        return try reader.list("links") { reader throws(DecodeError) in
            let name = try reader.text("link name")
            return Link(name: name, value: try reader.text("link value"))
        }
    }
}

/// Some fields of one profile as they are from now on; all others stay.
///
/// Layout: the account (8 bytes), then a list of field number (1 byte) and value (4 bytes of length, bytes). Numbers of
/// later releases are passed over.
public struct ProfileChange: Sendable, Hashable {
    public struct Value: Sendable, Hashable {
        public var field: Profile.Field
        public var bytes: [UInt8]
    }

    public var account: AccountID
    public var values: [Value]

    /// Takes the fields from `profile`.
    public init(account: AccountID, fields: Set<Profile.Field>, of profile: Profile) {
        self.account = account
        values = fields.sorted { $0.rawValue < $1.rawValue }.map { Value(field: $0, bytes: profile.value(of: $0)) }
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(account)
        writer.list(values) {
            $0.integer($1.field.rawValue)
            $0.blob($1.bytes)
        }
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        account = try reader.id("account")
        let pairs = try reader.list("profile fields") { reader throws(DecodeError) in
            let number = try reader.integer("profile field", as: UInt8.self)
            return (number, Array(try reader.blob("profile value")))
        }
        values = pairs.compactMap { number, bytes in
            Profile.Field(rawValue: number).map { Value(field: $0, bytes: bytes) }
        }
    }
}

/// What an account has written down about another, for itself alone. Empty text: nothing.
public struct AccountNote: Sendable, Hashable {
    public var owner: AccountID
    public var target: AccountID
    public var text: String

    public init(owner: AccountID, target: AccountID, text: String) {
        self.owner = owner
        self.target = target
        self.text = text
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(owner)
        writer.id(target)
        writer.text(text)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        owner = try reader.id("note owner")
        target = try reader.id("note target")
        text = try reader.text("note")
    }
}
