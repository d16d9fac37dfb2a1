internal import Foundation
internal import GRDB
public import StatuscastModel

/// One thing that an account keeps, and the fact that made it what it is.
public struct KeptFact: Sendable, Hashable {
    public var fact: PersonalFact
    public var version: EventID
}

extension UserStore {
    /// The things on a shelf of an account by their versions, the newest first.
    public func kept(
        _ shelf: PersonalFact.Shelf, of owner: AccountID, _ page: RelationPage
    ) async throws(StoreError) -> [KeptFact] {
        let rows = try await shards[shard(of: owner)].read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT event FROM personal
                    WHERE owner = ? AND shelf = ? AND event IS NOT NULL AND version < ? AND version > ?
                    ORDER BY version \(page.fromOldest ? "ASC" : "DESC") LIMIT ?
                    """,
                arguments: [
                    owner.sql, shelf.rawValue, page.below?.sql ?? Int64.max, page.above?.sql ?? -1, page.limit,
                ]
            ).compactMap(KeptFact.init(row:))
        }
        return page.fromOldest ? rows.reversed() : rows
    }

    /// Everything on some shelves of an account, in no order. For shelves whose number of things is limited.
    public func kept(
        _ shelves: [PersonalFact.Shelf], of owner: AccountID
    ) async throws(StoreError) -> [KeptFact] {
        let numbers = shelves.map { String($0.rawValue) }.joined(separator: ", ")
        return try await shards[shard(of: owner)].read { db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: "SELECT event FROM personal WHERE owner = ? AND shelf IN (\(numbers)) AND event IS NOT NULL"),
                arguments: [owner.sql]
            ).compactMap(KeptFact.init(row:))
        }
    }

    /// One thing; nil where the account keeps no such.
    public func kept(
        _ shelf: PersonalFact.Shelf, _ key: String, of owner: AccountID
    ) async throws(StoreError) -> KeptFact? {
        try await shards[shard(of: owner)].read { db in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT event FROM personal WHERE owner = ? AND shelf = ? AND key = ? AND event IS NOT NULL"),
                arguments: [owner.sql, shelf.rawValue, key]
            ).flatMap(KeptFact.init(row:))
        }
    }

    /// What is due at that time, the longest waiting first; `limit` of each shard at most.
    public func due(atUnixMilliseconds now: UInt64, limit: Int) async throws(StoreError) -> [KeptFact] {
        var found: [KeptFact] = []
        for shard in shards {
            found += try await shard.read { db in
                try Row.fetchAll(
                    db.cachedStatement(
                        sql: "SELECT event FROM personal WHERE due > 0 AND due <= ? ORDER BY due LIMIT ?"),
                    arguments: [Int64(bitPattern: now), limit]
                ).compactMap(KeptFact.init(row:))
            }
        }
        return found
    }
}

extension KeptFact {
    fileprivate init?(row: Row) throws {
        let bytes: Data = row[0]
        let event = try AccountEvent(decoding: Array(bytes)[...])
        guard case .personal(let fact) = event.change else { return nil }
        self.init(fact: fact, version: event.id)
    }
}
