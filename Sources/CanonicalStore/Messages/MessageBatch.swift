internal import DurableFiles
internal import Foundation
internal import GRDB
internal import StatuscastModel

/// Applies verdicts and deletes inside one transaction. Counters follow from rows that come and go, never from events.
struct MessageBatch {
    var counts = AppliedCounts()
    private var statusesByAuthor: [AccountID: Int] = [:]
    private var repliesByParent: [StatusID: Int] = [:]
    private var total = 0

    mutating func apply(_ event: AcceptedEvent, _ db: Database) throws {
        let hasChanged: Bool
        switch event {
        case .accepted(let status): hasChanged = try accept(status, db)
        case .refused(let status): hasChanged = try refuse(status, db)
        case .deleted(let delete): hasChanged = try apply(delete, db)
        case .held(let held): hasChanged = try hold(held, db)
        case .edited(let edited):
            let isGone = try isDeleted(edited.status, by: edited.author, db)
            hasChanged = try !isGone && StatusChangeRows.add(edited, db)
        case .interaction(let interaction): hasChanged = try InteractionRows.set(interaction, db)
        }
        if hasChanged { counts.applied += 1 } else { counts.repeated += 1 }
    }

    /// Writes the counters; call it once, before the transaction ends.
    func finish(_ db: Database) throws {
        let authors = try db.cachedStatement(
            sql: """
                INSERT INTO author_counts (author, statuses) VALUES (?, ?)
                ON CONFLICT (author) DO UPDATE SET statuses = statuses + excluded.statuses
                """)
        for (author, delta) in statusesByAuthor where delta != 0 {
            try authors.execute(arguments: [author.sql, delta])
        }
        let parents = try db.cachedStatement(
            sql: """
                INSERT INTO reply_counts (parent, replies) VALUES (?, ?)
                ON CONFLICT (parent) DO UPDATE SET replies = replies + excluded.replies
                """)
        for (parent, delta) in repliesByParent where delta != 0 { try parents.execute(arguments: [parent.sql, delta]) }
        try SharedTables.add(total, to: "statuses", db)
    }

    private mutating func accept(_ status: AcceptedStatus, _ db: Database) throws -> Bool {
        let checksum = Int64(Checksum.crc32(status.record))
        guard let known = try KnownStatus.find(status.id, db) else {
            try write(status, checksum: checksum, db)
            return true
        }
        if known.author == status.author, known.state == .refused || known.state == .held {
            // Two verdicts, from a replay or an operator: acceptance wins.
            try db.cachedStatement(sql: "DELETE FROM statuses WHERE id = ?").execute(arguments: [status.id.sql])
            try write(status, checksum: checksum, db)
            return true
        }
        guard known.author == status.author, known.checksum == checksum else {
            try keepConflict(status, checksum: checksum, known, db)
            return false
        }
        return false
    }

    private mutating func write(_ status: AcceptedStatus, checksum: Int64, _ db: Database) throws {
        let isDeleted = try isDeleted(status.id, by: status.author, db)
        try db.cachedStatement(sql: Self.insert).execute(arguments: [
            status.id.sql, status.author.sql, (isDeleted ? StatusState.deleted : .accepted).rawValue,
            Int(status.visibility.rawValue), status.inReplyTo?.sql ?? 0, status.inReplyToAccount?.sql ?? 0, 0, checksum,
            "", isDeleted ? nil : Data(status.record),
        ])
        if !isDeleted {
            count(author: status.author, parent: status.inReplyTo, visibility: status.visibility, by: 1)
            if status.visibility == .public { try TagRows.use(status.tags, by: status.id, db) }
            if let original = status.reblogOf {
                try StatusChangeRows.addReblog(status.id, of: original, by: status.author, db)
            }
        }
    }

    /// Only where nothing is known of the status yet: every other verdict is the later word.
    private mutating func hold(_ held: HeldStatus, _ db: Database) throws -> Bool {
        let status = held.status
        guard try KnownStatus.find(status.id, db) == nil else { return false }
        let isDeleted = try isDeleted(status.id, by: status.author, db)
        try db.cachedStatement(sql: Self.insert).execute(arguments: [
            status.id.sql, status.author.sql, (isDeleted ? StatusState.deleted : .held).rawValue,
            Int(status.visibility.rawValue), status.inReplyTo?.sql ?? 0, status.inReplyToAccount?.sql ?? 0, 0,
            Int64(Checksum.crc32(status.record)), held.reason, isDeleted ? nil : Data(status.record),
        ])
        return true
    }

    private mutating func refuse(_ status: RefusedStatus, _ db: Database) throws -> Bool {
        // Instead of what was held: what it said is nobody's any more.
        try db.cachedStatement(sql: "DELETE FROM statuses WHERE id = ? AND author = ? AND state = ?")
            .execute(arguments: [status.id.sql, status.author.sql, StatusState.held.rawValue])
        try db.cachedStatement(sql: "INSERT OR IGNORE" + Self.insert.dropFirst("INSERT".count)).execute(arguments: [
            status.id.sql, status.author.sql, StatusState.refused.rawValue, 0, 0, 0, status.aliasOf?.sql ?? 0, 0,
            status.reason, nil,
        ])
        return db.changesCount > 0
    }

    /// Remembered for good, because the status may come later, or once more. Only its author's delete counts.
    private mutating func apply(_ delete: StatusDelete, _ db: Database) throws -> Bool {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO deletes (status, author, event) VALUES (?, ?, ?)")
            .execute(arguments: [delete.status.sql, delete.author.sql, delete.event.sql])
        let isNew = db.changesCount > 0
        // Also for what an earlier release has deleted, which knows nothing of these rows.
        try StatusChangeRows.removeVersions(of: delete.status, by: delete.author, db)
        try StatusChangeRows.removeReblog(delete.status, by: delete.author, db)
        guard isNew else { return false }
        guard let known = try KnownStatus.find(delete.status, db), known.author == delete.author,
            known.state == .accepted || known.state == .held
        else { return true }
        try db.cachedStatement(sql: "UPDATE statuses SET state = ?, record = NULL WHERE id = ?")
            .execute(arguments: [StatusState.deleted.rawValue, delete.status.sql])
        if known.state == .accepted {
            count(author: known.author, parent: known.inReplyTo, visibility: known.visibility, by: -1)
        }
        return true
    }

    private func isDeleted(_ status: StatusID, by author: AccountID, _ db: Database) throws -> Bool {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT 1 FROM deletes WHERE status = ? AND author = ?"),
            arguments: [status.sql, author.sql]) != nil
    }

    /// Direct statuses are in nobody's public count, and only what many may see counts as a reply.
    private mutating func count(author: AccountID, parent: StatusID?, visibility: Visibility?, by delta: Int) {
        total += delta
        if visibility != .direct { statusesByAuthor[author, default: 0] += delta }
        if let parent, visibility == .public || visibility == .unlisted {
            repliesByParent[parent, default: 0] += delta
        }
    }

    private mutating func keepConflict(
        _ status: AcceptedStatus, checksum: Int64, _ known: KnownStatus, _ db: Database
    ) throws {
        let reason =
            "status \(status.id) of account \(status.author) came again with other content; it is held as one "
            + "of account \(known.author)"
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO conflicts (status, author, checksum, reason, record) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [status.id.sql, status.author.sql, checksum, reason, Data(status.record)])
        if db.changesCount > 0 { counts.conflicts.append(reason) }
    }

    private static let insert = """
        INSERT INTO statuses (id, author, state, visibility, in_reply_to, in_reply_to_account, alias_of, checksum,
            reason, record)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
}

/// What is held under an id already.
private struct KnownStatus {
    var author: AccountID
    var state: StatusState?
    var visibility: Visibility?
    var inReplyTo: StatusID?
    var checksum: Int64

    static func find(_ id: StatusID, _ db: Database) throws -> KnownStatus? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT author, state, visibility, in_reply_to, checksum FROM statuses WHERE id = ?"),
            arguments: [id.sql]
        ).map { row in
            let parent: Int64 = row[3]
            return KnownStatus(
                author: AccountID(sql: row[0]), state: StatusState(rawValue: row[1]),
                visibility: Visibility(rawValue: row[2]), inReplyTo: parent == 0 ? nil : StatusID(sql: parent),
                checksum: row[4])
        }
    }
}
