internal import Foundation
internal import GRDB
internal import StatuscastModel

/// Writes blocks, mutes and filters inside a transaction. Each but the last answers whether the fact was news.
enum RuleRows {
    static func setBlock(
        _ blocker: AccountID, _ blocked: AccountID, isActive: Bool, version: EventID, _ db: Database
    ) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO blocks (blocker, blocked, version, active) VALUES (?, ?, ?, ?)
                ON CONFLICT (blocker, blocked) DO UPDATE SET version = excluded.version, active = excluded.active
                WHERE excluded.version > version
                """
        ).execute(arguments: [blocker.sql, blocked.sql, version.sql, isActive])
        return db.changesCount > 0
    }

    static func setMute(_ mute: Mute, isActive: Bool, version: EventID, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO mutes (muter, muted, version, active, until, hides_notifications) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (muter, muted) DO UPDATE SET
                    version = excluded.version, active = excluded.active, until = excluded.until,
                    hides_notifications = excluded.hides_notifications
                WHERE excluded.version > version
                """
        ).execute(arguments: [
            mute.muter.sql, mute.muted.sql, version.sql, isActive, Int64(bitPattern: mute.untilUnixMilliseconds),
            mute.hidesNotifications,
        ])
        return db.changesCount > 0
    }

    static func setFilter(
        _ owner: AccountID, _ id: FilterID, _ event: AccountEvent, isActive: Bool, _ db: Database
    ) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO filters (owner, id, version, event) VALUES (?, ?, ?, ?)
                ON CONFLICT (owner, id) DO UPDATE SET version = excluded.version, event = excluded.event
                WHERE excluded.version > version
                """
        ).execute(arguments: [owner.sql, id.sql, event.id.sql, isActive ? Data(event.encoded()) : nil])
        return db.changesCount > 0
    }

    /// Ends every rule that a deleted account made or that is about it.
    static func endAll(of account: AccountID, version: EventID, _ db: Database) throws {
        for sql in [
            "UPDATE blocks SET active = 0, version = ?1 WHERE version < ?1 AND (blocker = ?2 OR blocked = ?2)",
            "UPDATE mutes SET active = 0, version = ?1 WHERE version < ?1 AND (muter = ?2 OR muted = ?2)",
            "UPDATE filters SET event = NULL, version = ?1 WHERE version < ?1 AND owner = ?2",
        ] {
            try db.cachedStatement(sql: sql).execute(arguments: [version.sql, account.sql])
        }
    }
}
