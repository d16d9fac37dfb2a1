internal import Foundation
internal import GRDB
public import StatuscastModel

/// One account that another blocks or mutes.
public struct StoredRelation: Sendable, Hashable {
    public var account: AccountID
    /// The fact that made it so; pages go by it.
    public var version: EventID
    /// 0: no end. Only of mutes.
    public var untilUnixMilliseconds: UInt64
}

/// Which part of a list of relations is wanted, by the versions of these; newest first.
public struct RelationPage: Sendable, Hashable {
    public var below: EventID?
    public var above: EventID?
    /// Those next above `above` instead of the newest.
    public var fromOldest: Bool
    public var limit: Int

    public init(below: EventID? = nil, above: EventID? = nil, fromOldest: Bool = false, limit: Int) {
        self.below = below
        self.above = above
        self.fromOldest = fromOldest
        self.limit = limit
    }
}

extension UserStore {
    /// Whom an account blocks.
    public func blocks(of account: AccountID, _ page: RelationPage) async throws(StoreError) -> [StoredRelation] {
        try await relations(account, page, "SELECT blocked, version, 0 FROM blocks WHERE blocker = ? AND active = 1")
    }

    /// Whom an account mutes at that time.
    public func mutes(
        of account: AccountID, atUnixMilliseconds now: UInt64, _ page: RelationPage
    ) async throws(StoreError) -> [StoredRelation] {
        try await relations(
            account, page,
            "SELECT muted, version, until FROM mutes WHERE muter = ? AND active = 1 AND (until = 0 OR until > \(now))")
    }

    /// Of two accounts, in both directions, and whether the first mutes the second.
    public func isBlocked(_ first: AccountID, _ second: AccountID) async throws(StoreError) -> Bool {
        if try await hasBlocks(first, [second]).contains(second) { return true }
        return try await hasBlocks(second, [first]).contains(first)
    }

    /// Those of the accounts that block this one.
    public func blockers(of account: AccountID, among ids: [AccountID]) async throws(StoreError) -> Set<AccountID> {
        var found: Set<AccountID> = []
        for (shard, ids) in Dictionary(grouping: Set(ids), by: shard(of:)) {
            let blockers = try await shards[shard].read { db in
                let statement = try db.cachedStatement(sql: Self.selectBlock)
                return try ids.filter { try Int.fetchOne(statement, arguments: [$0.sql, account.sql]) != nil }
            }
            found.formUnion(blockers)
        }
        return found
    }

    /// Those of the accounts that this one blocks.
    public func hasBlocks(_ blocker: AccountID, _ ids: [AccountID]) async throws(StoreError) -> Set<AccountID> {
        try await shards[shard(of: blocker)].read { db in
            let statement = try db.cachedStatement(sql: Self.selectBlock)
            return Set(try ids.filter { try Int.fetchOne(statement, arguments: [blocker.sql, $0.sql]) != nil })
        }
    }

    /// The mutes that were not taken back, whether they have ended or not.
    public func mutes(of muter: AccountID, among ids: [AccountID]) async throws(StoreError) -> [AccountID: Mute] {
        try await shards[shard(of: muter)].read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT muted, until, hides_notifications FROM mutes WHERE muter = ? AND muted = ? AND active = 1")
            return try ids.reduce(into: [:]) { found, id in
                found[id] = try Row.fetchOne(statement, arguments: [muter.sql, id.sql]).map { Mute(muter, $0) }
            }
        }
    }

    /// Everybody whom an account blocks, who blocks it, and whom it mutes at that time.
    public func rules(
        of account: AccountID, atUnixMilliseconds now: UInt64
    ) async throws(StoreError) -> (blocking: [AccountID], blockedBy: [AccountID], mutes: [Mute]) {
        var blockedBy: [AccountID] = []
        for shard in shards {
            blockedBy += try await shard.read { db in
                try Int64.fetchAll(
                    db, sql: "SELECT blocker FROM blocks WHERE blocked = ? AND active = 1", arguments: [account.sql]
                ).map(AccountID.init(sql:))
            }
        }
        let (blocking, mutes) = try await shards[shard(of: account)].read { db in
            let blocking = try Int64.fetchAll(
                db, sql: "SELECT blocked FROM blocks WHERE blocker = ? AND active = 1", arguments: [account.sql])
            let mutes = try Row.fetchAll(
                db,
                sql: """
                    SELECT muted, until, hides_notifications FROM mutes
                    WHERE muter = ? AND active = 1 AND (until = 0 OR until > ?)
                    """, arguments: [account.sql, Int64(bitPattern: now)])
            return (blocking.map(AccountID.init(sql:)), mutes.map { Mute(account, $0) })
        }
        return (blocking, blockedBy, mutes)
    }

    /// The filters of an account, also those that have expired, the oldest first.
    public func filters(of owner: AccountID) async throws(StoreError) -> [Filter] {
        try await shards[shard(of: owner)].read { db in
            try Data.fetchAll(
                db, sql: "SELECT event FROM filters WHERE owner = ? AND event IS NOT NULL ORDER BY id",
                arguments: [owner.sql]
            ).compactMap { bytes in
                guard case .filterSet(let filter) = try AccountEvent(decoding: Array(bytes)[...]).change else {
                    return nil
                }
                return filter
            }
        }
    }

    private func relations(
        _ account: AccountID, _ page: RelationPage, _ select: String
    ) async throws(StoreError) -> [StoredRelation] {
        let rows = try await shards[shard(of: account)].read { db in
            try Row.fetchAll(
                db,
                sql: "\(select) AND version < ? AND version > ? ORDER BY version \(page.fromOldest ? "ASC" : "DESC")"
                    + " LIMIT ?",
                arguments: [account.sql, page.below?.sql ?? Int64.max, page.above?.sql ?? -1, page.limit]
            ).map { row in
                StoredRelation(
                    account: AccountID(sql: row[0]), version: EventID(sql: row[1]),
                    untilUnixMilliseconds: UInt64(bitPattern: row[2]))
            }
        }
        return page.fromOldest ? rows.reversed() : rows
    }

    private static let selectBlock = "SELECT 1 FROM blocks WHERE blocker = ? AND blocked = ? AND active = 1"
}

extension Mute {
    fileprivate init(_ muter: AccountID, _ row: Row) {
        self.init(
            muter: muter, muted: AccountID(sql: row[0]), untilUnixMilliseconds: UInt64(bitPattern: row[1]),
            hidesNotifications: row[2])
    }
}
