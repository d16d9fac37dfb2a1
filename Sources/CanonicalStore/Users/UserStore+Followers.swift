internal import GRDB
public import StatuscastModel

/// Pages of followers and followed accounts.
///
/// A page goes by the version of each follow. Follows that were imported in bulk share one version, so these go by the
/// id of the other account instead, which is older than the import and is nobody else's.
extension UserStore {
    /// Whom an account follows.
    public func following(of account: AccountID, _ page: RelationPage) async throws(StoreError) -> [StoredRelation] {
        let found = try await shards[shard(of: account)].read { db in
            try Self.relations(
                db, "SELECT followee, version FROM follows WHERE follower = ? AND active = 1", account, page)
                + FollowLists.active(account, db).map(StoredRelation.init(imported:))
        }
        return page.cut(found)
    }

    /// Who follows an account. Follows that were imported in bulk are searched for in all lists, which takes about a
    /// second for 100 million of them.
    public func followers(of account: AccountID, _ page: RelationPage) async throws(StoreError) -> [StoredRelation] {
        try await merged(page) { db in
            try Self.relations(
                db, "SELECT follower, version FROM follows WHERE followee = ? AND active = 1", account, page)
                + FollowLists.followers(of: account, db).map(StoredRelation.init(imported:))
        }
    }

    /// Of each of the accounts those followers whom the viewer follows, at most `limitEach`; of the viewer's follows
    /// only the first `followsMax` are looked at.
    public func familiarFollowers(
        of ids: [AccountID], to viewer: AccountID, limitEach: Int, followsMax: Int
    ) async throws(StoreError) -> [AccountID: [AccountID]] {
        var found: [AccountID: [AccountID]] = [:]
        let known = try await followed(by: viewer, limit: followsMax)
        for (shard, known) in Dictionary(grouping: known, by: shard(of:)) {
            for id in ids {
                let follows = try await follows(shard, known.filter { $0 != id }.map { ($0, id) })
                found[id, default: []] += follows.map(\.follower)
            }
        }
        return found.mapValues { Array($0.sorted().prefix(limitEach)) }
    }
}

extension StoredRelation {
    fileprivate init(imported account: AccountID) {
        self.init(account: account, version: EventID(rawValue: account.rawValue), untilUnixMilliseconds: 0)
    }
}
