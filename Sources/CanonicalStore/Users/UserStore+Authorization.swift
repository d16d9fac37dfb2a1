internal import Foundation
internal import GRDB
public import StatuscastModel

/// An authorization, and what became of its code.
public struct StoredAuthorization: Sendable, Hashable {
    public var authorization: Authorization
    /// Nil until the code was exchanged.
    public var tokenHash: [UInt8]?

    public init(authorization: Authorization, tokenHash: [UInt8]?) {
        self.authorization = authorization
        self.tokenHash = tokenHash
    }
}

extension UserStore {
    /// Nil for a code that was never issued or is forgotten, a day after it was issued.
    public func authorization(codeHash: [UInt8]) async throws(StoreError) -> StoredAuthorization? {
        for shard in shards {
            let found = try await shard.read { db in
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT application, account, scopes, redirect_uri, challenge, created, token
                            FROM authorizations WHERE code = ?
                            """),
                    arguments: [Data(codeHash)]
                ).map { StoredAuthorization(codeHash: codeHash, row: $0) }
            }
            if let found { return found }
        }
        return nil
    }
}

extension StoredAuthorization {
    fileprivate init(codeHash: [UInt8], row: Row) {
        let token: Data = row[6]
        self.init(
            authorization: Authorization(
                codeHash: codeHash, application: ApplicationID(sql: row[0]), account: AccountID(sql: row[1]),
                scopes: (row[2] as String).split(separator: " ").map(String.init), redirectURI: row[3],
                codeChallenge: row[4], createdUnixMilliseconds: UInt64(bitPattern: row[5])),
            tokenHash: token.isEmpty ? nil : Array(token))
    }
}
