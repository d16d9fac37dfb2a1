internal import Foundation
internal import GRDB
internal import StatuscastModel

/// Writes blocks, mutes and filters inside a transaction. Each answers whether the fact was news.
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
}
