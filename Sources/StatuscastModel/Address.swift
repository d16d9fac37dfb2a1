internal import HashRing

/// Where something is delivered. Each address has one mailbox.
public enum Address: Hashable, Sendable, LosslessStringConvertible {
    case home(AccountID)
    case outbox(AccountID)
    case notifications(AccountID)
    case list(ListID)
    /// A hashtag, already folded by `Hashtag.folded`.
    case tag(String)
    case `public`
    /// The deletes of statuses, held in memory by every reader.
    case tombstones

    /// The kind, the first part of the written form and of file names: ASCII letters only.
    public var kind: String {
        switch self {
        case .home: "home"
        case .outbox: "outbox"
        case .notifications: "notifications"
        case .list: "list"
        case .tag: "tag"
        case .public: "public"
        case .tombstones: "tombstones"
        }
    }

    /// What decides the partition and the directory: all mailboxes of one account lie together.
    public var owningKey: String {
        switch self {
        case .home(let account), .outbox(let account), .notifications(let account): "account/\(account)"
        case .list(let list): "list/\(list)"
        case .tag(let name): "tag/\(name)"
        case .public: "public"
        case .tombstones: "tombstones"
        }
    }

    public var hash: UInt64 {
        switch self {
        case .home(let account), .outbox(let account), .notifications(let account): account.partitionHash
        default: StableHash.hash(owningKey)
        }
    }

    /// For example `home/12` or `tag/swift`.
    public var description: String {
        switch self {
        case .home(let account), .outbox(let account), .notifications(let account): "\(kind)/\(account)"
        case .list(let list): "list/\(list)"
        case .tag(let name): "tag/\(name)"
        case .public, .tombstones: kind
        }
    }

    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.count == 2 ? String(parts[1]) : nil
        switch (parts.first, name) {
        case ("public", nil): self = .public
        case ("tombstones", nil): self = .tombstones
        case ("tag", let name?) where !name.isEmpty: self = .tag(name)
        case ("list", let name?):
            guard let list = ListID(name) else { return nil }
            self = .list(list)
        case (let kind?, let name?):
            guard let account = AccountID(name) else { return nil }
            switch kind {
            case "home": self = .home(account)
            case "outbox": self = .outbox(account)
            case "notifications": self = .notifications(account)
            default: return nil
            }
        default: return nil
        }
    }
}

extension AccountID {
    /// The stable hash of the account's owning key: the eight bytes of its number, most significant first.
    public var partitionHash: UInt64 { StableHash.hash(bigEndian: rawValue) }
}
