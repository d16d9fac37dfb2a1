internal import Foundation
internal import Peers

/// An account as the commands show it; in JSON with these keys.
struct AccountReport: Encodable {
    let id: String
    let username: String
    let displayName: String
    let email: String
    let bot: Bool
    let locked: Bool
    let priority: Bool
    let suspended: Bool
    let silenced: Bool
    let deleted: Bool
    let pending: Bool
    /// Why somebody wanted the account.
    let reason: String
    let createdAt: String
    let followersCount: UInt64
    let followingCount: UInt64
    let statusesCount: UInt64
    /// Only in the answer that made it.
    var password: String?

    init(_ found: PeerOperatorAccount, password: String? = nil) {
        let account = found.account
        id = String(account.id)
        username = account.username
        displayName = account.displayName
        email = found.email
        bot = account.bot
        locked = account.locked
        priority = account.priority
        suspended = account.suspended
        silenced = account.silenced
        deleted = account.deleted
        pending = account.pending
        reason = found.reason
        createdAt = Moment.text(unixMilliseconds: account.createdUnixMilliseconds)
        followersCount = account.followersCount
        followingCount = account.followingCount
        statusesCount = account.statusesCount
        self.password = password
    }

    /// The state in words, for tables: the heaviest first.
    var state: String {
        if deleted { return "deleted" }
        let words = [
            (pending, "pending"), (suspended, "suspended"), (silenced, "silenced"), (priority, "priority"),
            (bot, "bot"),
        ].filter(\.0).map(\.1)
        return words.isEmpty ? "active" : words.joined(separator: ", ")
    }

    static let columns: [Table.Column] = [
        .left("id"), .left("name"), .left("state"), .right("followers"), .right("following"), .right("statuses"),
        .left("since"), .left("e-mail"), .left("display name"),
        .left("reason"),
    ]

    /// As much as a line of a table bears; the whole is in the JSON.
    private var shortReason: String {
        String(reason.prefix(60).map { $0.isNewline ? " " : $0 })
    }

    var row: [String] {
        [
            id, username, state, String(followersCount), String(followingCount), String(statusesCount),
            String(createdAt.prefix(10)), email, displayName, shortReason,
        ]
    }
}

/// Moments as commands write them: UTC, to the second.
enum Moment {
    static func text(unixMilliseconds: UInt64) -> String {
        Date(timeIntervalSince1970: Double(unixMilliseconds / 1_000)).formatted(.iso8601)
    }
}
