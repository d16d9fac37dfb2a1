internal import GRDB

/// The tables of `messages-<n>.sqlite`. A status lies in the shard of its id, as do its deletes; a shard counts, by
/// author and by parent, the statuses that it holds.
enum MessageSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("messages 1") { db in
            try SharedTables.create(db)
            try db.execute(sql: statuses + counts + conflicts)
        }
        // None knows of another, so a file may have any of them first.
        migrator.registerAddition("messages statuses") { db in try db.execute(sql: StatusChangeRows.schema) }
        migrator.registerAddition("messages interactions") { db in try db.execute(sql: InteractionRows.schema) }
        migrator.registerAddition("messages tags") { db in try db.execute(sql: TagRows.create) }
        return migrator
    }

    /// `checksum` is the record's CRC32 and stays when the record goes.
    private static let statuses = """
        CREATE TABLE statuses (
            id INTEGER PRIMARY KEY, author INTEGER NOT NULL, state INTEGER NOT NULL, visibility INTEGER NOT NULL,
            in_reply_to INTEGER NOT NULL, in_reply_to_account INTEGER NOT NULL, alias_of INTEGER NOT NULL,
            checksum INTEGER NOT NULL, reason TEXT NOT NULL, record BLOB);
        CREATE INDEX statuses_by_author ON statuses (author, id) WHERE state = 1;
        CREATE INDEX statuses_by_parent ON statuses (in_reply_to, id) WHERE state = 1 AND in_reply_to <> 0;
        CREATE TABLE deletes (
            status INTEGER NOT NULL, author INTEGER NOT NULL, event INTEGER NOT NULL,
            PRIMARY KEY (status, author)) WITHOUT ROWID;

        """

    private static let counts = """
        CREATE TABLE author_counts (author INTEGER PRIMARY KEY, statuses INTEGER NOT NULL);
        CREATE TABLE reply_counts (parent INTEGER PRIMARY KEY, replies INTEGER NOT NULL);

        """

    private static let conflicts = """
        CREATE TABLE conflicts (
            status INTEGER NOT NULL, author INTEGER NOT NULL, checksum INTEGER NOT NULL, reason TEXT NOT NULL,
            record BLOB NOT NULL, PRIMARY KEY (status, author, checksum));
        """
}

/// What a row of `statuses` stands for; the raw value is in the file.
enum StatusState: Int, Sendable {
    case accepted = 1
    case refused = 2
    case deleted = 3
    /// Waits for an operator; counted nowhere. The reason is why, the record is what would go out.
    case held = 4
}
