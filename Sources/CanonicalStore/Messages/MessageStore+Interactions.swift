internal import GRDB
public import StatuscastModel

/// What the store counts about a status, and what one viewer did to it.
public struct StatusReactions: Sendable, Hashable {
    public var replies = 0
    public var reblogs = 0
    public var favourites = 0
    public var own: Set<Interaction.Kind> = []
    /// The viewer's newest reblog of it.
    public var ownReblog: StatusID?

    public init() {}
}

/// One thing that an account did to a status.
public struct StoredInteraction: Sendable, Hashable {
    public var status: StatusID
    public var account: AccountID
    /// The event, or the reblog; pages go by it.
    public var since: EventID
}

extension MessageStore {
    /// Of every status asked for, also of unknown ones. A muted thread mutes all statuses in it.
    public func reactions(
        to ids: [StatusID], of viewer: AccountID?
    ) async throws(StoreError) -> [StatusID: StatusReactions] {
        let ids = Array(Set(ids))
        var found = Dictionary(uniqueKeysWithValues: ids.map { ($0, StatusReactions()) })
        for shard in shards where !ids.isEmpty {
            let parts = try await shard.read { db in try ids.map { try StatusReactions($0, viewer, db) } }
            for (id, part) in zip(ids, parts) { found[id]?.add(part) }
        }
        guard let viewer else { return found }
        let muted = Set(
            try await interactions(.mute, by: viewer, RelationPage(limit: Self.mutedThreadsMax)).map(\.status))
        guard !muted.isEmpty else { return found }
        for (id, root) in try await threadRoots(of: ids) where muted.contains(root) { found[id]?.own.insert(.mute) }
        return found
    }

    private static let mutedThreadsMax = 1_000

    /// To what an account did this, the newest first.
    public func interactions(
        _ kind: Interaction.Kind, by account: AccountID, _ page: RelationPage
    ) async throws(StoreError) -> [StoredInteraction] {
        try await relations(
            page,
            "SELECT status, account, version FROM interactions WHERE account = ? AND kind = \(kind.rawValue)"
                + " AND active = 1", "version", of: account.sql)
    }

    /// Who did this to a status, the newest first.
    public func interactions(
        _ kind: Interaction.Kind, to status: StatusID, _ page: RelationPage
    ) async throws(StoreError) -> [StoredInteraction] {
        try await relations(
            page,
            "SELECT status, account, version FROM interactions WHERE status = ? AND kind = \(kind.rawValue)"
                + " AND active = 1", "version", of: status.sql)
    }

    /// Who reblogged a status, the newest first.
    public func reblogs(of status: StatusID, _ page: RelationPage) async throws(StoreError) -> [StoredInteraction] {
        try await relations(
            page, "SELECT original, author, reblog FROM reblogs WHERE original = ?", "reblog", of: status.sql)
    }

    private func relations(
        _ page: RelationPage, _ select: String, _ cursor: String, of id: Int64
    ) async throws(StoreError) -> [StoredInteraction] {
        var found: [StoredInteraction] = []
        for shard in shards {
            found += try await shard.read { db in
                try Row.fetchAll(
                    db.cachedStatement(
                        sql: "\(select) AND \(cursor) < ? AND \(cursor) > ? ORDER BY \(cursor)"
                            + " \(page.fromOldest ? "ASC" : "DESC") LIMIT ?"),
                    arguments: [id, page.below?.sql ?? Int64.max, page.above?.sql ?? -1, page.limit]
                ).map { row in
                    StoredInteraction(
                        status: StatusID(sql: row[0]), account: AccountID(sql: row[1]), since: EventID(sql: row[2]))
                }
            }
        }
        found.sort { $0.since > $1.since }
        return page.fromOldest ? found.suffix(page.limit) : Array(found.prefix(page.limit))
    }
}

extension StatusReactions {
    /// What one shard knows.
    fileprivate init(_ id: StatusID, _ viewer: AccountID?, _ db: Database) throws {
        func count(_ sql: String) throws -> Int {
            try Int.fetchOne(db.cachedStatement(sql: sql), arguments: [id.sql]) ?? 0
        }
        replies = try count("SELECT replies FROM reply_counts WHERE parent = ?")
        reblogs = try count("SELECT reblogs FROM reblog_counts WHERE original = ?")
        favourites = try count("SELECT count FROM interaction_counts WHERE status = ? AND kind = 1")
        guard let viewer else { return }
        let kinds = try Int.fetchAll(
            db.cachedStatement(
                sql:
                    "SELECT kind FROM interactions WHERE account = ? AND kind IN (1, 2, 3) AND status = ? AND active = 1"
            ),
            arguments: [viewer.sql, id.sql])
        own = Set(kinds.compactMap { Interaction.Kind(rawValue: UInt8(truncatingIfNeeded: $0)) })
        ownReblog = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(reblog) FROM reblogs WHERE author = ? AND original = ?"),
            arguments: [viewer.sql, id.sql]
        ).map(StatusID.init(sql:))
    }

    fileprivate mutating func add(_ part: StatusReactions) {
        replies += part.replies
        reblogs += part.reblogs
        favourites += part.favourites
        own.formUnion(part.own)
        ownReblog = [ownReblog, part.ownReblog].compactMap { $0 }.max()
    }
}
