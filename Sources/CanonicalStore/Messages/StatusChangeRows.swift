internal import Foundation
internal import GRDB
internal import StatuscastModel

/// Writes reblogs and newer versions inside a transaction.
enum StatusChangeRows {
    /// A reblog is counted in its own shard, as replies are; versions lie in the shard of the status, which keeps its
    /// first version.
    static let schema = """
        CREATE TABLE reblogs (reblog INTEGER PRIMARY KEY, original INTEGER NOT NULL, author INTEGER NOT NULL);
        CREATE INDEX reblogs_by_original ON reblogs (original, reblog);
        CREATE INDEX reblogs_by_author ON reblogs (author, original);
        CREATE TABLE reblog_counts (original INTEGER PRIMARY KEY, reblogs INTEGER NOT NULL);
        CREATE TABLE edits (
            status INTEGER NOT NULL, event INTEGER NOT NULL, author INTEGER NOT NULL, record BLOB NOT NULL,
            PRIMARY KEY (status, event)) WITHOUT ROWID;
        """

    static func addReblog(_ reblog: StatusID, of original: StatusID, by author: AccountID, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO reblogs (reblog, original, author) VALUES (?, ?, ?)")
            .execute(arguments: [reblog.sql, original.sql, author.sql])
        if db.changesCount > 0 { try count(original.sql, by: 1, db) }
    }

    /// Where the status is a reblog.
    static func removeReblog(_ reblog: StatusID, _ db: Database) throws {
        let original = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT original FROM reblogs WHERE reblog = ?"), arguments: [reblog.sql])
        guard let original else { return }
        try db.cachedStatement(sql: "DELETE FROM reblogs WHERE reblog = ?").execute(arguments: [reblog.sql])
        try count(original, by: -1, db)
    }

    /// Whether it was news. It may come before the status; only its author's versions are ever shown.
    static func add(_ edited: EditedStatus, _ db: Database) throws -> Bool {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO edits (status, event, author, record) VALUES (?, ?, ?, ?)")
            .execute(arguments: [
                edited.status.sql, edited.event.sql, edited.author.sql, Data(edited.record),
            ])
        return db.changesCount > 0
    }

    /// What a deleted status said is nobody's any more.
    static func removeVersions(of status: StatusID, by author: AccountID, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM edits WHERE status = ? AND author = ?")
            .execute(arguments: [status.sql, author.sql])
    }

    private static func count(_ original: Int64, by delta: Int, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO reblog_counts (original, reblogs) VALUES (?, ?)
                ON CONFLICT (original) DO UPDATE SET reblogs = reblogs + excluded.reblogs
                """
        ).execute(arguments: [original, delta])
    }
}
