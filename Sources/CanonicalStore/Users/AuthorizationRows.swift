internal import Foundation
internal import GRDB
internal import StatuscastModel

/// Writes authorizations inside a transaction. Each but the last answers whether the fact was news.
enum AuthorizationRows {
    /// A code that comes again within this time is still recognized as used.
    private static let keptMilliseconds: UInt64 = 86_400_000

    static func issue(_ authorization: Authorization, version: EventID, _ db: Database) throws -> Bool {
        let created = authorization.createdUnixMilliseconds
        let oldest = created > keptMilliseconds ? created - keptMilliseconds : 0
        try db.cachedStatement(sql: "DELETE FROM authorizations WHERE created > 0 AND created < ?")
            .execute(arguments: [Int64(bitPattern: oldest)])
        if try StandingTable.isDeleted(authorization.account, db) { return false }
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO authorizations
                    (code, version, application, account, scopes, redirect_uri, challenge, created, token)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, x'')
                """
        ).execute(arguments: [
            Data(authorization.codeHash), version.sql, Int64(bitPattern: authorization.application.rawValue),
            authorization.account.sql, authorization.scopes.joined(separator: " "), authorization.redirectURI,
            authorization.codeChallenge, Int64(bitPattern: created),
        ])
        return db.changesCount > 0
    }

    /// Of two uses of a code the first one that is applied holds; the change line lets no second one through.
    static func use(_ use: Authorization.Use, version: EventID, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO authorizations
                    (code, version, application, account, scopes, redirect_uri, challenge, created, token)
                VALUES (?1, ?2, 0, ?3, '', '', '', 0, ?4)
                ON CONFLICT (code) DO UPDATE SET version = excluded.version, token = excluded.token WHERE token = x''
                """
        ).execute(arguments: [Data(use.codeHash), version.sql, use.account.sql, Data(use.tokenHash)])
        return db.changesCount > 0
    }

    static func removeAll(of account: AccountID, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM authorizations WHERE account = ?").execute(arguments: [account.sql])
    }
}
