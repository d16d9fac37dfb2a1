internal import GRDB
public import StatuscastModel

/// An account as its operator sees it, deleted ones among them.
public struct OperatedAccount: Sendable, Hashable {
    public var stored: StoredAccount
    /// Empty for a deleted account.
    public var email: String
    public var isDeleted: Bool
    /// Why somebody wanted the account, in their own words; empty where they did not say.
    public var reason: String

    public init(stored: StoredAccount, email: String, isDeleted: Bool, reason: String = "") {
        self.stored = stored
        self.email = email
        self.isDeleted = isDeleted
        self.reason = reason
    }
}

/// Which accounts an operator wants to see.
public enum AccountState: Sendable, CaseIterable {
    case any, active, suspended, silenced, priority, deleted, pending
}

extension UserStore {
    /// Any case for names; unknown ones are left out, deleted ones are in it. In no order.
    public func operated(
        ids: [AccountID] = [], names: [String] = []
    ) async throws(StoreError) -> [OperatedAccount] {
        let (ids, names) = (Set(ids), Set(names.map { $0.lowercased() }))
        var found: [OperatedAccount] = []
        for shard in shards {
            found += try await shard.read { db in
                let byID = try db.cachedStatement(sql: Self.selectOperated + " WHERE id = ?")
                let byName = try db.cachedStatement(sql: Self.selectOperated + " WHERE folded = ?")
                let rows =
                    try ids.compactMap { try Row.fetchOne(byID, arguments: [$0.sql]) }
                    + names.compactMap { try Row.fetchOne(byName, arguments: [$0]) }
                return rows.map(OperatedAccount.init(row:))
            }
        }
        return try await withCounts(found)
    }

    /// Ascending by id from behind `after`, whose names begin with the prefix, any case.
    public func operated(
        state: AccountState, namePrefix: String, after: AccountID, limit: Int
    ) async throws(StoreError) -> [OperatedAccount] {
        let folded = namePrefix.lowercased()
        var found: [OperatedAccount] = []
        for shard in shards {
            found += try await shard.read { db in
                try Row.fetchAll(
                    db,
                    sql: Self.selectOperated
                        + " WHERE id > ? AND folded >= ? AND folded < ? AND \(state.condition) ORDER BY id LIMIT ?",
                    arguments: [after.sql, folded, folded + "\u{10FFFF}", limit]
                ).map(OperatedAccount.init(row:))
            }
        }
        let page = found.sorted { $0.stored.account.id < $1.stored.account.id }.prefix(limit)
        return try await withCounts(Array(page))
    }

    /// Whom the account follows: at most `limit`, all of them in the shard of the account.
    public func followed(by account: AccountID, limit: Int) async throws(StoreError) -> [AccountID] {
        try await shards[shard(of: account)].read { db in
            let single = try Int64.fetchAll(
                db, sql: "SELECT followee FROM follows WHERE follower = ? AND active = 1 LIMIT ?",
                arguments: [account.sql, limit]
            ).map { AccountID(sql: $0) }
            guard single.count < limit else { return single }
            return single + (try FollowLists.active(account, db)).prefix(limit - single.count)
        }
    }

    private func withCounts(_ found: [OperatedAccount]) async throws(StoreError) -> [OperatedAccount] {
        let byID = Dictionary(found.map { ($0.stored.account.id, $0.stored) }) { first, _ in first }
        let counts = try await counted(byID)
        return found.map { one in
            var one = one
            one.stored = counts[one.stored.account.id] ?? one.stored
            return one
        }
    }

    private static var selectOperated: String {
        """
        SELECT \(accountColumns), COALESCE(email, ''), \(StandingTable.isDeleted),
            COALESCE((SELECT reason FROM sign_up_reasons WHERE account = accounts.id), '')
        FROM accounts
        """
    }
}

extension AccountState {
    fileprivate var condition: String {
        switch self {
        case .any: "1"
        case .active:
            "NOT \(StandingTable.isDeleted) AND \(StandingTable.flag(.suspended, else: "suspended")) = 0"
        case .suspended:
            "NOT \(StandingTable.isDeleted) AND \(StandingTable.flag(.suspended, else: "suspended")) = 1"
        case .silenced: "NOT \(StandingTable.isDeleted) AND \(StandingTable.flag(.silenced, else: "0")) = 1"
        case .priority: "NOT \(StandingTable.isDeleted) AND \(StandingTable.flag(.priority, else: "priority")) = 1"
        case .deleted: StandingTable.isDeleted
        case .pending: "NOT \(StandingTable.isDeleted) AND \(StandingTable.flag(.pending, else: "0")) = 1"
        }
    }
}

extension OperatedAccount {
    fileprivate init(row: Row) {
        self.init(stored: StoredAccount(row: row), email: row[11], isDeleted: row[12], reason: row[13])
    }
}
