internal import Foundation
internal import GRDB

/// How far a consumer has come in one partition, kept in the transaction that holds the effects.
public struct CursorUpdate: Sendable, Hashable {
    public var topic: String
    public var partition: UInt16
    /// The consumer's own encoding.
    public var bytes: [UInt8]

    public init(topic: String, partition: UInt16, bytes: [UInt8]) {
        self.topic = topic
        self.partition = partition
        self.bytes = bytes
    }
}

/// What an earlier release could not process and kept in the store, with the reason. Nothing is added to them now.
public struct FormerDeadLetter: Sendable, Hashable {
    public var topic: String
    public var partition: UInt16
    public var stream: String
    public var number: UInt64
    /// Which item of the frame; -1 for the frame as a whole.
    public var item: Int
    public var reason: String
    /// The item, or what there is of it.
    public var bytes: [UInt8]
    public var seenUnixMilliseconds: UInt64

    public init(
        topic: String, partition: UInt16, stream: String, number: UInt64, item: Int, reason: String, bytes: [UInt8],
        seenUnixMilliseconds: UInt64
    ) {
        self.topic = topic
        self.partition = partition
        self.stream = stream
        self.number = number
        self.item = item
        self.reason = reason
        self.bytes = bytes
        self.seenUnixMilliseconds = seenUnixMilliseconds
    }
}

/// The tables that both kinds of shard have, and how they are written and read.
enum SharedTables {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                CREATE TABLE cursors (
                    topic TEXT NOT NULL, partition INTEGER NOT NULL, bytes BLOB NOT NULL,
                    PRIMARY KEY (topic, partition)) WITHOUT ROWID;
                CREATE TABLE dead_letters (
                    topic TEXT NOT NULL, partition INTEGER NOT NULL, stream TEXT NOT NULL, number INTEGER NOT NULL,
                    item INTEGER NOT NULL, reason TEXT NOT NULL, bytes BLOB NOT NULL, seen INTEGER NOT NULL,
                    PRIMARY KEY (topic, partition, stream, number, item));
                CREATE TABLE totals (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                """)
    }

    static func write(_ cursors: [CursorUpdate], _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO cursors (topic, partition, bytes) VALUES (?, ?, ?)")
        for cursor in cursors {
            try statement.execute(arguments: [cursor.topic, Int(cursor.partition), Data(cursor.bytes)])
        }
    }

    static func remove(_ letters: [FormerDeadLetter], _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                DELETE FROM dead_letters
                WHERE topic = ? AND partition = ? AND stream = ? AND number = ? AND item = ?
                """)
        for letter in letters {
            try statement.execute(arguments: [
                letter.topic, Int(letter.partition), letter.stream, Int64(bitPattern: letter.number), letter.item,
            ])
        }
    }

    static func readCursors(of topic: String, _ db: Database) throws -> [UInt16: [UInt8]] {
        var cursors: [UInt16: [UInt8]] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT partition, bytes FROM cursors WHERE topic = ?", arguments: [topic])
        while let row = try rows.next() {
            let bytes: Data = row[1]
            cursors[row[0]] = Array(bytes)
        }
        return cursors
    }

    static func readDeadLetters(limit: Int, _ db: Database) throws -> [FormerDeadLetter] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM dead_letters ORDER BY seen LIMIT ?", arguments: [limit]
        ).map { row in
            let bytes: Data = row["bytes"]
            return FormerDeadLetter(
                topic: row["topic"], partition: row["partition"], stream: row["stream"],
                number: UInt64(bitPattern: row["number"]), item: row["item"], reason: row["reason"],
                bytes: Array(bytes), seenUnixMilliseconds: UInt64(bitPattern: row["seen"]))
        }
    }

    static func add(_ delta: Int, to total: String, _ db: Database) throws {
        guard delta != 0 else { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO totals (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
                """
        ).execute(arguments: [total, delta])
    }

    static func total(_ name: String, _ db: Database) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT value FROM totals WHERE name = ?"), arguments: [name]) ?? 0
    }
}
