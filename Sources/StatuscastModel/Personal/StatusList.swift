/// A list of accounts whose statuses its owner reads together.
public struct StatusList: Sendable, Hashable, Identifiable {
    /// Which replies of members it shows; the raw values are on disk.
    public enum RepliesPolicy: UInt8, Sendable, CaseIterable {
        /// To members.
        case list = 1
        /// To anybody whom the owner follows.
        case followed = 2
        case none = 3
    }

    public var id: ListID
    public var owner: AccountID
    public var title: String
    public var repliesPolicy: RepliesPolicy
    /// What it shows does not show in the owner's home.
    public var isExclusive: Bool

    public init(
        id: ListID, owner: AccountID, title: String, repliesPolicy: RepliesPolicy = .list, isExclusive: Bool = false
    ) {
        self.id = id
        self.owner = owner
        self.title = title
        self.repliesPolicy = repliesPolicy
        self.isExclusive = isExclusive
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.id(owner)
        writer.text(title)
        writer.integer(repliesPolicy.rawValue)
        writer.flag(isExclusive)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("list id")
        owner = try reader.id("list owner")
        title = try reader.text("list title")
        let raw = try reader.integer("replies policy", as: UInt8.self)
        guard let policy = RepliesPolicy(rawValue: raw) else {
            throw DecodeError(field: "replies policy", reason: .invalid("unknown value \(raw)"))
        }
        repliesPolicy = policy
        isExclusive = try reader.flag("exclusive")
    }
}

/// Whether an account is in a list.
public struct ListMembership: Sendable, Hashable {
    public var owner: AccountID
    public var list: ListID
    public var account: AccountID
    public var isOn: Bool

    public init(owner: AccountID, list: ListID, account: AccountID, isOn: Bool) {
        self.owner = owner
        self.list = list
        self.account = account
        self.isOn = isOn
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(owner)
        writer.id(list)
        writer.id(account)
        writer.flag(isOn)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        owner = try reader.id("list owner")
        list = try reader.id("list id")
        account = try reader.id("list member")
        isOn = try reader.flag("is a member")
    }
}
