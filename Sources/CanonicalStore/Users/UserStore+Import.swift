internal import GRDB
public import StatuscastModel

/// What has to be known before a bulk import is judged.
extension UserStore {
    /// Those of the accounts that are there and not deleted.
    public func existing(_ ids: [AccountID]) async throws(StoreError) -> Set<AccountID> {
        var existing: Set<AccountID> = []
        for (shard, ids) in Dictionary(grouping: ids, by: shard(of:)) {
            let found = try await shards[shard].read { db in
                let statement = try db.cachedStatement(
                    sql: "SELECT 1 FROM accounts WHERE id = ? AND NOT \(StandingTable.isDeleted)")
                return try ids.filter { try Int.fetchOne(statement, arguments: [$0.sql]) != nil }
            }
            existing.formUnion(found)
        }
        return existing
    }

    /// What is left of lists, all of one shard, without that which is followed already; lists of nothing are left out.
    public func unfollowed(
        of lists: [AccountEvent.ImportedFollows], shard: Int
    ) async throws(StoreError) -> [AccountEvent.ImportedFollows] {
        try await shards[shard].read { db in
            try lists.compactMap { list in
                let rows = try FollowLists.rows(list.follower, db)
                let listed = try FollowLists.active(list.follower, db)
                if rows.isEmpty && listed.isEmpty { return list.followees.isEmpty ? nil : list }
                var left = list
                left.followees.removeAll { rows[$0]?.isActive ?? listed.contains($0) }
                return left.followees.isEmpty ? nil : left
            }
        }
    }
}
