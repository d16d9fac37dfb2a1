internal import Foundation
internal import GRDB
public import StatuscastModel

extension UserStore {
    /// The accounts with what they say of themselves.
    func profiled(_ accounts: [AccountID: StoredAccount]) async throws(StoreError) -> [AccountID: StoredAccount] {
        var result = accounts
        for (shard, ids) in Dictionary(grouping: accounts.keys, by: shard(of:)) {
            let bases = ids.map { ($0, Profile(accounts[$0]?.account)) }
            let profiles = try await shards[shard].read { db in
                try bases.map { id, base in (id, try PeopleRows.profile(of: id, over: base, db)) }
            }
            for (id, profile) in profiles {
                result[id]?.profile = profile
                result[id]?.account.displayName = profile.displayName
                result[id]?.account.note = profile.note
                result[id]?.account.locked = profile.locked
                result[id]?.account.bot = profile.bot
            }
        }
        return result
    }

    /// The request of one account to follow another, while it waits.
    public func followRequest(
        from follower: AccountID, to followee: AccountID
    ) async throws(StoreError) -> AccountEvent.Follow? {
        try await shards[shard(of: follower)].read { db in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT show_reblogs, notify FROM follow_requests
                        WHERE follower = ? AND followee = ? AND active = 1
                        """),
                arguments: [follower.sql, followee.sql]
            ).map {
                AccountEvent.Follow(follower: follower, followee: followee, showReblogs: $0[0], notify: $0[1])
            }
        }
    }

    /// Those who have asked to follow an account, the newest first.
    public func followRequests(
        to account: AccountID, _ page: RelationPage
    ) async throws(StoreError) -> [StoredRelation] {
        try await merged(page) { db in
            try Self.relations(
                db, "SELECT follower, version FROM follow_requests WHERE followee = ? AND active = 1", account, page)
        }
    }

    public func followRequestCount(to account: AccountID) async throws(StoreError) -> Int {
        var count = 0
        for shard in shards {
            count += try await shard.read { db in
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM follow_requests WHERE followee = ? AND active = 1",
                    arguments: [account.sql]) ?? 0
            }
        }
        return count
    }

    /// Which of the accounts the viewer has asked to follow, and which have asked to follow it.
    func requests(
        _ viewer: AccountID, _ ids: [AccountID]
    ) async throws(StoreError) -> (outgoing: Set<AccountID>, incoming: Set<AccountID>) {
        let sql = "SELECT 1 FROM follow_requests WHERE follower = ? AND followee = ? AND active = 1"
        let outgoing = try await shards[shard(of: viewer)].read { db in
            let statement = try db.cachedStatement(sql: sql)
            return try ids.filter { try Int.fetchOne(statement, arguments: [viewer.sql, $0.sql]) != nil }
        }
        var incoming: Set<AccountID> = []
        for (shard, ids) in Dictionary(grouping: Set(ids), by: shard(of:)) {
            let found = try await shards[shard].read { db in
                let statement = try db.cachedStatement(sql: sql)
                return try ids.filter { try Int.fetchOne(statement, arguments: [$0.sql, viewer.sql]) != nil }
            }
            incoming.formUnion(found)
        }
        return (Set(outgoing), incoming)
    }

    func notes(of owner: AccountID, about ids: [AccountID]) async throws(StoreError) -> [AccountID: String] {
        try await shards[shard(of: owner)].read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT text FROM account_notes WHERE owner = ? AND target = ?")
            return try ids.reduce(into: [:]) { notes, id in
                notes[id] = try String.fetchOne(statement, arguments: [owner.sql, id.sql])
            }
        }
    }

    /// A page that every shard has a part of.
    func merged(
        _ page: RelationPage, _ body: @escaping @Sendable (Database) throws -> [StoredRelation]
    ) async throws(StoreError) -> [StoredRelation] {
        var found: [StoredRelation] = []
        for shard in shards { found += try await shard.read(body) }
        return page.cut(found)
    }

    static func relations(
        _ db: Database, _ select: String, _ account: AccountID, _ page: RelationPage
    ) throws -> [StoredRelation] {
        try Row.fetchAll(
            db,
            sql: "\(select) AND version < ? AND version > ? ORDER BY version \(page.fromOldest ? "ASC" : "DESC")"
                + " LIMIT ?",
            arguments: [account.sql, page.below?.sql ?? Int64.max, page.above?.sql ?? -1, page.limit]
        ).map {
            StoredRelation(account: AccountID(sql: $0[0]), version: EventID(sql: $0[1]), untilUnixMilliseconds: 0)
        }
    }
}

extension RelationPage {
    /// The page out of all that may be on it; newest first.
    func cut(_ relations: [StoredRelation]) -> [StoredRelation] {
        let inside = relations.filter { relation in
            (below.map { relation.version < $0 } ?? true) && (above.map { relation.version > $0 } ?? true)
        }.sorted { $0.version > $1.version }
        return Array(fromOldest ? inside.suffix(limit) : inside.prefix(limit))
    }
}

extension Profile {
    /// As far as the account itself says it.
    fileprivate init(_ account: Account?) {
        self.init()
        guard let account else { return }
        displayName = account.displayName
        note = account.note
        locked = account.locked
        bot = account.bot
    }
}
