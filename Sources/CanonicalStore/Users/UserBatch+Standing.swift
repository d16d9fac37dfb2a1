internal import GRDB
internal import StatuscastModel

/// What operators decide about accounts. A decision needs no row of the account: it may come before that is made.
extension UserBatch {
    /// Of two decisions about one flag the one with the higher version holds.
    func decide(_ change: Standing.Change, version: EventID, _ db: Database) throws -> Bool {
        try setStanding(change.account, Int(change.flag.rawValue), change.isOn, version: version, db)
    }

    /// Takes away what identifies the person, every token, and every follow and rule that this shard holds, either way.
    /// The row stays, so that the name is never somebody else's.
    mutating func delete(_ account: AccountID, version: EventID, _ db: Database) throws -> Bool {
        guard try setStanding(account, StandingTable.deleted, true, version: version, db) else { return false }
        try db.cachedStatement(
            sql: """
                UPDATE accounts SET email = NULL, password_hash = NULL, display_name = '', folded_display = '', note = ''
                WHERE id = ?
                """
        ).execute(arguments: [account.sql])
        if db.changesCount > 0 { users -= 1 }
        try db.cachedStatement(sql: "UPDATE tokens SET version = ?, revoked = 1 WHERE account = ? AND revoked = 0")
            .execute(arguments: [version.sql, account.sql])
        try AuthorizationRows.removeAll(of: account, db)
        try endFollows(of: account, version: version, db)
        try RuleRows.endAll(of: account, version: version, db)
        try PeopleRows.endAll(of: account, version: version, db)
        try PersonalRows.endAll(of: account, version: version, db)
        return true
    }

    private func setStanding(
        _ account: AccountID, _ flag: Int, _ isOn: Bool, version: EventID, _ db: Database
    ) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO standings (account, flag, version, is_on) VALUES (?, ?, ?, ?)
                ON CONFLICT (account, flag) DO UPDATE SET version = excluded.version, is_on = excluded.is_on
                    WHERE excluded.version > version
                """
        ).execute(arguments: [account.sql, flag, version.sql, isOn])
        return db.changesCount > 0
    }

    private mutating func endFollows(of account: AccountID, version: EventID, _ db: Database) throws {
        let ended = try Row.fetchAll(
            db,
            sql: """
                UPDATE follows SET active = 0, version = ?1
                WHERE active = 1 AND version < ?1 AND (follower = ?2 OR followee = ?2)
                RETURNING follower, followee
                """, arguments: [version.sql, account.sql])
        for row in ended {
            following[AccountID(sql: row[0]), default: 0] -= 1
            followers[AccountID(sql: row[1]), default: 0] -= 1
        }
        try endListedFollows(of: account, version: version, db)
    }
}

/// The table `standings`, and how the state of an account is read through it.
enum StandingTable {
    /// Beside the raw values of `Standing.Flag`.
    static let deleted = 100

    /// A decision that holds, or else what the account's own column says.
    static func flag(_ flag: Standing.Flag, else column: String) -> String {
        "COALESCE((SELECT is_on FROM standings WHERE account = accounts.id AND flag = \(flag.rawValue)), \(column))"
    }

    static let isDeleted = "EXISTS (SELECT 1 FROM standings WHERE account = accounts.id AND flag = \(deleted))"

    static func isDeleted(_ account: AccountID, _ db: Database) throws -> Bool {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT 1 FROM standings WHERE account = ? AND flag = \(deleted)"),
            arguments: [account.sql]) != nil
    }
}
