internal import Foundation
internal import GRDB
internal import StatuscastModel

/// Writes profiles, follow requests and notes inside a transaction. Each but the last answers whether the fact was news.
enum PeopleRows {
    static func setProfile(_ change: ProfileChange, version: EventID, _ db: Database) throws -> Bool {
        if try StandingTable.isDeleted(change.account, db) { return false }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO profiles (account, field, version, value) VALUES (?, ?, ?, ?)
                ON CONFLICT (account, field) DO UPDATE SET version = excluded.version, value = excluded.value
                WHERE excluded.version > version
                """)
        var news: Set<Profile.Field> = []
        for value in change.values {
            try statement.execute(arguments: [
                change.account.sql, Int(value.field.rawValue), version.sql, Data(value.bytes),
            ])
            if db.changesCount > 0 { news.insert(value.field) }
        }
        if !news.isDisjoint(with: [.displayName, .note]) { try copyNames(of: change.account, db) }
        return !news.isEmpty
    }

    /// Into the row of the account, where they are found by searching. Nothing where the profile names neither.
    static func copyNames(of account: AccountID, _ db: Database) throws {
        let isNamed = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT 1 FROM profiles WHERE account = ? AND field IN (1, 2)"),
            arguments: [account.sql])
        guard isNamed != nil else { return }
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT display_name, note FROM accounts WHERE id = ?"), arguments: [account.sql])
        guard let row else { return }
        var base = Profile()
        base.displayName = row[0]
        base.note = row[1]
        let profile = try profile(of: account, over: base, db)
        try db.cachedStatement(
            sql: "UPDATE accounts SET display_name = ?, folded_display = ?, note = ? WHERE id = ?"
        ).execute(arguments: [
            profile.displayName, profile.displayName.lowercased(), profile.note, account.sql,
        ])
    }

    /// What has a row of its own, over what has none. A value that cannot be read is left out.
    static func profile(of account: AccountID, over base: Profile, _ db: Database) throws -> Profile {
        let statement = try db.cachedStatement(sql: "SELECT field, value FROM profiles WHERE account = ?")
        var profile = base
        for row in try Row.fetchAll(statement, arguments: [account.sql]) {
            guard let field = UInt8(exactly: row[0] as Int).flatMap(Profile.Field.init(rawValue:)) else { continue }
            try? profile.set(field, to: Array(row[1] as Data))
        }
        return profile
    }

    static func setRequest(
        _ follow: AccountEvent.Follow, isActive: Bool, version: EventID, _ db: Database
    ) throws -> Bool {
        // A request may come late, when one of the two is deleted already.
        let isActive =
            try isActive && !StandingTable.isDeleted(follow.follower, db)
            && !StandingTable.isDeleted(follow.followee, db)
        try db.cachedStatement(
            sql: """
                INSERT INTO follow_requests (follower, followee, version, active, show_reblogs, notify)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (follower, followee) DO UPDATE SET
                    version = excluded.version, active = excluded.active, show_reblogs = excluded.show_reblogs,
                    notify = excluded.notify
                WHERE excluded.version > version
                """
        ).execute(arguments: [
            follow.follower.sql, follow.followee.sql, version.sql, isActive, follow.showReblogs, follow.notify,
        ])
        return db.changesCount > 0
    }

    static func setNote(_ note: AccountNote, version: EventID, _ db: Database) throws -> Bool {
        if try StandingTable.isDeleted(note.owner, db) { return false }
        try db.cachedStatement(
            sql: """
                INSERT INTO account_notes (owner, target, version, text) VALUES (?, ?, ?, ?)
                ON CONFLICT (owner, target) DO UPDATE SET version = excluded.version, text = excluded.text
                WHERE excluded.version > version
                """
        ).execute(arguments: [note.owner.sql, note.target.sql, version.sql, note.text])
        return db.changesCount > 0
    }

    /// Why somebody has wanted the account; nothing where they have not said.
    static func keepReason(_ reason: String, of account: AccountID, _ db: Database) throws {
        guard !reason.isEmpty else { return }
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO sign_up_reasons (account, reason) VALUES (?, ?)")
            .execute(arguments: [account.sql, reason])
    }

    /// Takes away what a deleted account said of itself and of others, and ends every request from it or to it.
    static func endAll(of account: AccountID, version: EventID, _ db: Database) throws {
        for sql in [
            "UPDATE follow_requests SET active = 0, version = ?1 WHERE version < ?1 AND (follower = ?2 OR followee = ?2)",
            "UPDATE account_notes SET text = '', version = ?1 WHERE version < ?1 AND owner = ?2",
            "DELETE FROM profiles WHERE account = ?2 AND ?1 > 0",
            "DELETE FROM sign_up_reasons WHERE account = ?2 AND ?1 > 0",
        ] {
            try db.cachedStatement(sql: sql).execute(arguments: [version.sql, account.sql])
        }
    }
}
