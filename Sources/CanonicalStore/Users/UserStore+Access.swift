internal import Foundation
internal import GRDB
public import StatuscastModel

extension UserStore {
    /// By e-mail address or username, any case.
    public func credentials(login: String) async throws(StoreError) -> StoredCredentials? {
        let folded = login.lowercased()
        let column = folded.contains("@") ? "email" : "folded"
        for shard in shards {
            let found = try await shard.read { db in
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT id, password_hash, \(StandingTable.flag(.suspended, else: "suspended")),
                                \(StandingTable.flag(.pending, else: "0"))
                            FROM accounts WHERE \(column) = ? AND NOT \(StandingTable.isDeleted)
                            """),
                    arguments: [folded]
                ).map { row in
                    StoredCredentials(
                        account: AccountID(sql: row[0]), passwordHash: row[1] ?? "", isSuspended: row[2],
                        isPending: row[3])
                }
            }
            if let found { return found }
        }
        return nil
    }

    /// Which of the folded names and of the folded e-mail addresses belong to an account.
    public func taken(
        usernames: [String], emails: [String]
    ) async throws(StoreError) -> (usernames: Set<String>, emails: Set<String>) {
        var taken: (usernames: Set<String>, emails: Set<String>) = ([], [])
        for shard in shards {
            let found = try await shard.read { db in
                let byName = try db.cachedStatement(sql: "SELECT 1 FROM accounts WHERE folded = ?")
                let byEmail = try db.cachedStatement(sql: "SELECT 1 FROM accounts WHERE email = ?")
                return (
                    try usernames.filter { try Int.fetchOne(byName, arguments: [$0]) != nil },
                    try emails.filter { try Int.fetchOne(byEmail, arguments: [$0]) != nil }
                )
            }
            taken.usernames.formUnion(found.0)
            taken.emails.formUnion(found.1)
        }
        return taken
    }

    public func application(clientID: String) async throws(StoreError) -> AccountEvent.Application? {
        for shard in shards {
            let found = try await shard.read { db in
                try Row.fetchOne(
                    db.cachedStatement(sql: Self.selectApplication + " WHERE client_id = ?"), arguments: [clientID]
                ).map(AccountEvent.Application.init(row:))
            }
            if let found { return found }
        }
        return nil
    }

    public func application(_ id: ApplicationID) async throws(StoreError) -> AccountEvent.Application? {
        try await shards[shard(of: id)].read { db in
            try Row.fetchOne(
                db.cachedStatement(sql: Self.selectApplication + " WHERE id = ?"), arguments: [id.sql]
            ).map(AccountEvent.Application.init(row:))
        }
    }

    /// Nil for a token that is unknown or revoked.
    public func token(hash: [UInt8]) async throws(StoreError) -> AccountEvent.AccessToken? {
        for shard in shards {
            let found = try await shard.read { db in
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: "SELECT application, account, scopes, created FROM tokens WHERE hash = ? AND revoked = 0"),
                    arguments: [Data(hash)]
                ).map { AccountEvent.AccessToken(hash: hash, row: $0) }
            }
            if let found { return found }
        }
        return nil
    }

    /// The highest id of any fact that was applied: what is judged next gets a higher one.
    public func highestVersion() async throws(StoreError) -> UInt64 {
        var highest = 0
        for shard in shards {
            highest = max(highest, try await shard.read { try SharedTables.total("highest_version", $0) })
        }
        return UInt64(highest)
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

    private static let selectApplication = """
        SELECT id, name, website, redirect_uris, scopes, client_id, client_secret_hash FROM applications
        """
}

extension AccountEvent.Application {
    init(row: Row) {
        let hash: Data = row[6]
        self.init(
            id: ApplicationID(sql: row[0]), name: row[1], website: row[2],
            redirectURIs: (row[3] as String).split(separator: "\n").map(String.init),
            scopes: (row[4] as String).split(separator: " ").map(String.init), clientID: row[5],
            clientSecretHash: Array(hash))
    }
}

extension AccountEvent.AccessToken {
    init(hash: [UInt8], row: Row) {
        let account: Int64 = row[1]
        self.init(
            hash: hash, application: ApplicationID(sql: row[0]), account: account == 0 ? nil : AccountID(sql: account),
            scopes: (row[2] as String).split(separator: " ").map(String.init),
            createdUnixMilliseconds: UInt64(bitPattern: row[3]))
    }
}
