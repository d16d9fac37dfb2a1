internal import ArgumentParser
internal import Mailbox
internal import Peers
internal import StatuscastModel

/// A mailbox as people write it, before the account's name in it has been looked up.
///
/// `home/alice`, `outbox/@alice`, `notifications/12`, `tag/swift`, `public`, `tombstones`; an account alone stands for
/// all its mailboxes, or for its home where there can be only one.
enum WrittenAddress: Hashable, Sendable, ExpressibleByArgument {
    enum Kind: String, Sendable, CaseIterable { case home, outbox, notifications }

    case account(String)
    case mailbox(Kind, of: String)
    case shared(Address)

    static let help = """
        home/NAME, outbox/NAME, notifications/NAME, tag/TAG, public, tombstones, or NAME alone; an id can stand for NAME.
        """

    init?(argument: String) {
        let parts = argument.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, !first.isEmpty else { return nil }
        if parts.count == 1 {
            switch first {
            case "public": self = .shared(.public)
            case "tombstones": self = .shared(.tombstones)
            default: self = .account(first)
            }
        } else if let kind = Kind(rawValue: first), !parts[1].isEmpty {
            self = .mailbox(kind, of: parts[1])
        } else if first == "tag" {
            let name = parts[1].hasPrefix("#") ? String(parts[1].dropFirst()) : parts[1]
            guard Hashtag.isValid(name) else { return nil }
            self = .shared(.tag(Hashtag.folded(name)))
        } else {
            return nil
        }
    }

    /// The addresses that are meant. The store is asked for names only: an id as long as ids are does without it.
    func addresses(_ peers: PeerDirectory) async throws -> [Address] {
        switch self {
        case .shared(let address): return [address]
        case .mailbox(let kind, let name): return [Self.address(kind, try await Self.account(name, peers))]
        case .account(let name):
            let account = try await Self.account(name, peers)
            return Kind.allCases.map { Self.address($0, account) }
        }
    }

    /// The one address that is meant: of an account alone its home.
    func address(_ peers: PeerDirectory) async throws -> Address {
        guard case .account(let name) = self else {
            return try await addresses(peers).first ?? .public
        }
        return .home(try await Self.account(name, peers))
    }

    private static func address(_ kind: Kind, _ account: AccountID) -> Address {
        switch kind {
        case .home: .home(account)
        case .outbox: .outbox(account)
        case .notifications: .notifications(account)
        }
    }

    private static func account(_ written: String, _ peers: PeerDirectory) async throws -> AccountID {
        if written.utf8.count >= 15, let id = AccountID(written) { return id }
        return AccountID(rawValue: try await AccountFinder(peers).account(written).account.id)
    }
}

extension Address {
    var location: MailboxLocation { MailboxLocation(hash: hash, owner: owner, kind: kind) }
}
