internal import Foundation
internal import GRDB
internal import StatuscastModel

/// Facts of a bulk import: one statement for an account, one for all that a follower follows.
extension UserBatch {
    mutating func importAccounts(
        _ imported: AccountEvent.ImportedAccounts, _ event: AccountEvent, _ db: Database
    ) throws -> Bool {
        var hasChanged = false
        for entry in imported.entries {
            let credentials = AccountEvent.Credentials(email: entry.email, passwordHash: imported.passwordHash)
            let isNew = try insert(entry.account, credentials, version: event.id, db)
            if try isNew || create(entry.account, credentials, event, db) { hasChanged = true }
            guard let application = imported.application, !entry.tokenHash.isEmpty else { continue }
            let token = AccountEvent.AccessToken(
                hash: entry.tokenHash, application: application, account: entry.account.id, scopes: imported.scopes,
                createdUnixMilliseconds: entry.account.createdUnixMilliseconds)
            if try issue(token, version: event.id, db) { hasChanged = true }
        }
        return hasChanged
    }

    /// False where anything stands in the way: then it has to be looked at closely.
    private mutating func insert(
        _ account: Account, _ credentials: AccountEvent.Credentials, version: EventID, _ db: Database
    ) throws -> Bool {
        guard try !deletedAccounts(db).contains(account.id) else { return false }
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO accounts (id, version, username, folded, display_name, folded_display, note,
                    locked, bot, priority, suspended, created, email, password_hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            account.id.sql, version.sql, account.username, account.username.lowercased(), account.displayName,
            account.displayName.lowercased(), account.note, account.locked, account.bot, account.priority,
            account.suspended, Int64(bitPattern: account.createdUnixMilliseconds), credentials.email,
            credentials.passwordHash,
        ])
        guard db.changesCount > 0 else { return false }
        users += 1
        return true
    }

    mutating func importFollows(
        _ lists: [AccountEvent.ImportedFollows], version: EventID, _ db: Database
    ) throws -> Bool {
        var hasChanged = false
        let deleted = try deletedAccounts(db)
        for list in lists where !deleted.contains(list.follower) {
            let followees = deleted.isEmpty ? list.followees : list.followees.filter { !deleted.contains($0) }
            if try importFollows(of: list.follower, followees, version: version, db) { hasChanged = true }
        }
        return hasChanged
    }

    private mutating func importFollows(
        of follower: AccountID, _ followees: [AccountID], version: EventID, _ db: Database
    ) throws -> Bool {
        let lists = try FollowLists.all(follower, db)
        if lists.contains(where: { $0.version == version.sql }) { return false }
        let listed = try lists.reduce(into: Set<AccountID>()) {
            try $0.formUnion(IdentifierList.decoded($1.followees[...]))
        }
        let rows = try FollowLists.rows(follower, db)
        var gained = 0
        for followee in followees {
            if let row = rows[followee] {
                guard row.version < version.sql else { continue }
                try db.cachedStatement(sql: "DELETE FROM follows WHERE follower = ? AND followee = ?")
                    .execute(arguments: [follower.sql, followee.sql])
                if row.isActive { continue }
            } else if listed.contains(followee) {
                continue
            }
            gained += 1
            followers[followee, default: 0] += 1
        }
        following[follower, default: 0] += gained
        try db.cachedStatement(sql: "INSERT INTO follow_lists (follower, version, followees) VALUES (?, ?, ?)")
            .execute(arguments: [follower.sql, version.sql, Data(IdentifierList.encoded(followees))])
        return true
    }

    /// Of a deleted account: its own lists go; in those of others a row stands against it. All lists are searched only
    /// where the counter says that somebody still follows it.
    mutating func endListedFollows(of account: AccountID, version: EventID, _ db: Database) throws {
        for followee in try FollowLists.active(account, db) {
            following[account, default: 0] -= 1
            followers[followee, default: 0] -= 1
        }
        try db.cachedStatement(sql: "DELETE FROM follow_lists WHERE follower = ?").execute(arguments: [account.sql])
        deleted?.insert(account)
        let counted = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT followers FROM follow_counts WHERE account = ?"), arguments: [account.sql])
        guard (counted ?? 0) + (followers[account] ?? 0) > 0 else { return }
        let end = try db.cachedStatement(
            sql: """
                INSERT INTO follows (follower, followee, version, active, show_reblogs, notify)
                VALUES (?, ?, ?, 0, 1, 0)
                """)
        for follower in try FollowLists.followers(of: account, db) {
            try end.execute(arguments: [follower.sql, account.sql, version.sql])
            following[follower, default: 0] -= 1
            followers[account, default: 0] -= 1
        }
    }

    /// Once for a batch: an import asks for every account that it names.
    private mutating func deletedAccounts(_ db: Database) throws -> Set<AccountID> {
        if let deleted { return deleted }
        let ids = try Int64.fetchAll(
            db, sql: "SELECT account FROM standings WHERE flag = \(StandingTable.deleted)")
        let found = Set(ids.map { AccountID(sql: $0) })
        deleted = found
        return found
    }
}
