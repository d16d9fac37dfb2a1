internal import Foundation
internal import Peers

/// An account as the commands show it; in JSON with these keys.
struct AccountReport: Encodable {
    let id: String
    let username: String
    let display_name: String
    let email: String
    let bot: Bool
    let locked: Bool
    let priority: Bool
    let suspended: Bool
    let silenced: Bool
    let deleted: Bool
    let pending: Bool
    let created_at: String
    let followers_count: UInt64
    let following_count: UInt64
    let statuses_count: UInt64
    /// Only in the answer that made it.
    var password: String?

    init(_ found: PeerOperatorAccount, password: String? = nil) {
        let account = found.account
        id = String(account.id)
        username = account.username
        display_name = account.displayName
        email = found.email
        bot = account.bot
        locked = account.locked
        priority = account.priority
        suspended = account.suspended
        silenced = account.silenced
        deleted = account.deleted
        pending = account.pending
        created_at = Moment.text(unixMilliseconds: account.createdUnixMilliseconds)
        followers_count = account.followersCount
        following_count = account.followingCount
        statuses_count = account.statusesCount
        self.password = password
    }

    /// The state in words, for tables: the heaviest first.
    var state: String {
        if deleted { return "deleted" }
        let words = [(pending, "pending"), (suspended, "suspended"), (silenced, "silenced"), (priority, "priority"), (bot, "bot")]
            .filter(\.0).map(\.1)
        return words.isEmpty ? "active" : words.joined(separator: ", ")
    }

    static let columns: [Table.Column] = [
        .left("id"), .left("name"), .left("state"), .right("followers"), .right("following"), .right("statuses"),
        .left("since"), .left("e-mail"), .left("display name"),
    ]

    var row: [String] {
        [
            id, username, state, String(followers_count), String(following_count), String(statuses_count),
            String(created_at.prefix(10)), email, display_name,
        ]
    }
}

/// Moments as commands write them: UTC, to the second.
enum Moment {
    static func text(unixMilliseconds: UInt64) -> String {
        Date(timeIntervalSince1970: Double(unixMilliseconds / 1_000)).formatted(.iso8601)
    }
}
