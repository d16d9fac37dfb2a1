internal import Foundation
internal import GRDB
internal import StatuscastModel

/// The table `personal`: a row for each thing that an account keeps, or once kept, for the version.
enum PersonalRows {
    /// `event` is the fact that set the thing, as it stands in the topic `accounts`; NULL once it was removed.
    static let table = """
        CREATE TABLE personal (
            owner INTEGER NOT NULL, shelf INTEGER NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL,
            due INTEGER NOT NULL, event BLOB,
            PRIMARY KEY (owner, shelf, key)) WITHOUT ROWID;
        CREATE INDEX personal_due ON personal (due) WHERE due > 0;
        """

    /// Answers whether the fact was news. One that comes late, when its owner is deleted already, leaves nothing.
    static func set(_ fact: PersonalFact, _ event: AccountEvent, _ db: Database) throws -> Bool {
        let isKept = try fact.isKept && !StandingTable.isDeleted(fact.owner, db)
        try db.cachedStatement(
            sql: """
                INSERT INTO personal (owner, shelf, key, version, due, event) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (owner, shelf, key) DO UPDATE SET
                    version = excluded.version, due = excluded.due, event = excluded.event
                WHERE excluded.version > version
                """
        ).execute(arguments: [
            fact.owner.sql, fact.shelf.rawValue, fact.key, event.id.sql,
            isKept ? Int64(bitPattern: fact.dueUnixMilliseconds) : 0, isKept ? Data(event.encoded()) : nil,
        ])
        let isNews = db.changesCount > 0
        if case .listRemoved(let owner, let list) = fact { try endMembers(of: list, owner, version: event.id, db) }
        return isNews
    }

    /// Whoever is not followed any more is in no list.
    static func endMemberships(
        of account: AccountID, inListsOf owner: AccountID, version: EventID, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: end + " AND owner = ?2 AND shelf = \(PersonalFact.Shelf.members.rawValue) AND key LIKE ?3"
        ).execute(arguments: [version.sql, owner.sql, "%/\(account)"])
    }

    /// Everything of a deleted account, and its place in the lists of others.
    static func endAll(of account: AccountID, version: EventID, _ db: Database) throws {
        try db.cachedStatement(sql: end + " AND owner = ?2").execute(arguments: [version.sql, account.sql])
        try db.cachedStatement(
            sql: end + " AND shelf = \(PersonalFact.Shelf.members.rawValue) AND key LIKE ?2"
        ).execute(arguments: [version.sql, "%/\(account)"])
    }

    private static func endMembers(of list: ListID, _ owner: AccountID, version: EventID, _ db: Database) throws {
        try db.cachedStatement(
            sql: end + " AND owner = ?2 AND shelf = \(PersonalFact.Shelf.members.rawValue) AND key LIKE ?3"
        ).execute(arguments: [version.sql, owner.sql, "\(list)/%"])
    }

    private static let end =
        "UPDATE personal SET event = NULL, due = 0, version = ?1 WHERE version < ?1 AND event IS NOT NULL"
}
