internal import Foundation
internal import GRDB
public import StatuscastModel

/// A status as the store holds it.
public struct StoredStatus: Sendable, Hashable {
    public var id: StatusID
    public var author: AccountID
    /// The mbox record of its newest version; empty for a status that was refused or deleted.
    public var record: [UInt8]
    public var isDeleted: Bool
    /// Waits for an operator: only its author may see it.
    public var isHeld: Bool
    /// Nil unless it was refused.
    public var refusedReason: String?
    /// The status whose idempotency key it repeated.
    public var aliasOf: StatusID?
    public var replies: Int

    public init(
        id: StatusID, author: AccountID, record: [UInt8], isDeleted: Bool, refusedReason: String?,
        aliasOf: StatusID?, replies: Int, isHeld: Bool = false
    ) {
        self.id = id
        self.author = author
        self.record = record
        self.isDeleted = isDeleted
        self.isHeld = isHeld
        self.refusedReason = refusedReason
        self.aliasOf = aliasOf
        self.replies = replies
    }
}

/// What the message store counts about an author; direct statuses are left out.
public struct AuthorCounts: Sendable, Hashable {
    public var statuses = 0
    public var last: StatusID?

    public init() {}
}

extension MessageStore {
    /// Unknown ones are left out.
    public func statuses(_ ids: [StatusID]) async throws(StoreError) -> [StatusID: StoredStatus] {
        var found: [StatusID: StoredStatus] = [:]
        for (shard, ids) in Dictionary(grouping: Set(ids), by: shard(of:)) {
            let rows = try await shards[shard].read { db in
                let statement = try db.cachedStatement(
                    sql: Self.selectNewestVersion)
                return try ids.compactMap {
                    try Row.fetchOne(statement, arguments: [$0.sql]).map(StoredStatus.init(row:))
                }
            }
            for status in rows { found[status.id] = status }
        }
        let ids = Array(found.keys)
        for shard in shards where !ids.isEmpty {
            let counts = try await shard.read { db in
                let statement = try db.cachedStatement(sql: "SELECT replies FROM reply_counts WHERE parent = ?")
                return try ids.compactMap { id in
                    try Int.fetchOne(statement, arguments: [id.sql]).map { (id, $0) }
                }
            }
            for (id, replies) in counts { found[id]?.replies += replies }
        }
        return found
    }

    private static let selectNewestVersion = """
        SELECT id, author, state,
            CASE state WHEN 1 THEN coalesce(
                (SELECT e.record FROM edits e WHERE e.status = s.id AND e.author = s.author
                    ORDER BY e.event DESC LIMIT 1), record)
            ELSE record END, reason, alias_of
        FROM statuses s WHERE id = ?
        """

    /// Authors without a status are left out.
    public func counts(of authors: [AccountID]) async throws(StoreError) -> [AccountID: AuthorCounts] {
        var found: [AccountID: AuthorCounts] = [:]
        let authors = Array(Set(authors))
        for shard in shards where !authors.isEmpty {
            let rows = try await shard.read { db in
                let count = try db.cachedStatement(sql: "SELECT statuses FROM author_counts WHERE author = ?")
                let last = try db.cachedStatement(
                    sql: """
                        SELECT id FROM statuses WHERE author = ? AND state = 1 AND visibility <> 4
                        ORDER BY id DESC LIMIT 1
                        """)
                return try authors.compactMap { author in
                    try Int.fetchOne(count, arguments: [author.sql]).map {
                        (author, $0, try Int64.fetchOne(last, arguments: [author.sql]).map(StatusID.init(sql:)))
                    }
                }
            }
            for (author, statuses, last) in rows {
                var counts = found[author] ?? AuthorCounts()
                counts.statuses += statuses
                counts.last = [counts.last, last].compactMap { $0 }.max()
                found[author] = counts
            }
        }
        return found
    }

    /// How many statuses are held that were accepted and not deleted.
    public func statusCount() async throws(StoreError) -> Int {
        var count = 0
        for shard in shards { count += try await shard.read { try SharedTables.total("statuses", $0) } }
        return count
    }

    /// By partition, as they were written with `apply`.
    public func cursors(of topic: String, shard: Int) async throws(StoreError) -> [UInt16: [UInt8]] {
        try await shards[shard].read { try SharedTables.readCursors(of: topic, $0) }
    }

    /// What earlier releases left here, the oldest ones first.
    public func formerDeadLetters(limit: Int) async throws(StoreError) -> [FormerDeadLetter] {
        var letters: [FormerDeadLetter] = []
        for shard in shards { letters += try await shard.read { try SharedTables.readDeadLetters(limit: limit, $0) } }
        return Array(letters.prefix(limit))
    }

    /// They are kept elsewhere now.
    public func forget(_ letters: [FormerDeadLetter]) async throws(StoreError) {
        for shard in shards { try await shard.write { try SharedTables.remove(letters, $0) } }
    }

    /// How many times an id came again with other content.
    public func conflictCount() async throws(StoreError) -> Int {
        var count = 0
        for shard in shards {
            count += try await shard.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM conflicts") ?? 0 }
        }
        return count
    }
}

extension StoredStatus {
    init(row: Row) {
        let state = StatusState(rawValue: row[2])
        let record: Data? = row[3]
        let alias: Int64 = row[5]
        self.init(
            id: StatusID(sql: row[0]), author: AccountID(sql: row[1]), record: record.map { Array($0) } ?? [],
            isDeleted: state == .deleted, refusedReason: state == .refused ? row[4] : nil,
            aliasOf: alias == 0 ? nil : StatusID(sql: alias), replies: 0,
            isHeld: state == .held)
    }
}
