internal import GRDB
public import StatuscastModel

extension UserStore {
    /// Unknown and deleted ones are left out.
    public func accounts(_ ids: [AccountID]) async throws(StoreError) -> [AccountID: StoredAccount] {
        var found: [AccountID: StoredAccount] = [:]
        for (shard, ids) in Dictionary(grouping: Set(ids), by: shard(of:)) {
            let rows = try await shards[shard].read { db in
                let statement = try db.cachedStatement(sql: Self.selectAccount + " AND id = ?")
                return try ids.compactMap {
                    try Row.fetchOne(statement, arguments: [$0.sql]).map(StoredAccount.init(row:))
                }
            }
            for stored in rows { found[stored.account.id] = stored }
        }
        return try await counted(found)
    }

    /// Any case, without `@`; unknown and deleted ones are left out, and those that wait for approval.
    public func accounts(named names: [String]) async throws(StoreError) -> [StoredAccount] {
        let folded = Set(names.map { $0.lowercased() })
        var found: [AccountID: StoredAccount] = [:]
        for shard in shards {
            let rows = try await shard.read { db in
                let statement = try db.cachedStatement(
                    sql: Self.selectAccount + " AND folded = ? AND \(StandingTable.flag(.pending, else: "0")) = 0")
                return try folded.compactMap {
                    try Row.fetchOne(statement, arguments: [$0]).map(StoredAccount.init(row:))
                }
            }
            for stored in rows { found[stored.account.id] = stored }
        }
        return Array(try await counted(found).values)
    }

    /// Accounts whose name or display name begins with the text, any case: the exact name first, then by name.
    /// Suspended ones and those that wait for approval are left out.
    public func search(_ text: String, limit: Int, offset: Int) async throws(StoreError) -> [StoredAccount] {
        let folded = text.lowercased()
        guard !folded.isEmpty, limit > 0, offset >= 0 else { return [] }
        // Behind every text that begins with `folded`, in the byte order of the index.
        let end = folded + "\u{10FFFF}"
        let wanted = limit + offset
        var found: [AccountID: StoredAccount] = [:]
        for shard in shards {
            let rows = try await shard.read { db in
                try ["folded", "folded_display"].flatMap { column in
                    try Row.fetchAll(
                        db,
                        sql: Self.selectAccount
                            + " AND \(column) <> '' AND \(column) >= ? AND \(column) < ?"
                            + " AND \(StandingTable.flag(.suspended, else: "suspended")) = 0"
                            + " AND \(StandingTable.flag(.pending, else: "0")) = 0"
                            + " ORDER BY \(column) LIMIT ?",
                        arguments: [folded, end, wanted]
                    ).map(StoredAccount.init(row:))
                }
            }
            for stored in rows { found[stored.account.id] = stored }
        }
        func rank(_ account: Account) -> (Int, String) {
            let name = account.username.lowercased()
            return (name == folded ? 0 : name.hasPrefix(folded) ? 1 : 2, name)
        }
        let page = found.values.sorted { rank($0.account) < rank($1.account) }.dropFirst(offset).prefix(limit)
        let counts = try await counted(found.filter { id, _ in page.contains { $0.account.id == id } })
        return page.compactMap { counts[$0.account.id] }
    }

    /// In the order asked for; accounts that do not exist are left out.
    public func relationships(
        of viewer: AccountID, to ids: [AccountID]
    ) async throws(StoreError) -> [StoredRelationship] {
        let existing = try await accounts(ids)
        let following = try await follows(shard(of: viewer), ids.map { (viewer, $0) })
        var followers: Set<AccountID> = []
        for (shard, ids) in Dictionary(grouping: Set(ids), by: shard(of:)) {
            followers.formUnion(try await follows(shard, ids.map { ($0, viewer) }).map(\.follower))
        }
        let blocked = try await hasBlocks(viewer, ids)
        let blockers = try await blockers(of: viewer, among: ids)
        let mutes = try await mutes(of: viewer, among: ids)
        let requests = try await requests(viewer, ids)
        let notes = try await notes(of: viewer, about: ids)
        return ids.filter { existing[$0] != nil }.map { id in
            StoredRelationship(
                account: id, following: following.first { $0.followee == id }, isFollowedBy: followers.contains(id),
                isBlocking: blocked.contains(id), isBlockedBy: blockers.contains(id), mute: mutes[id],
                isRequested: requests.outgoing.contains(id), isRequestedBy: requests.incoming.contains(id),
                note: notes[id] ?? "")
        }
    }

    /// How many accounts there are.
    public func accountCount() async throws(StoreError) -> Int {
        var count = 0
        for shard in shards { count += try await shard.read { try SharedTables.total("users", $0) } }
        return count
    }

    func follows(
        _ shard: Int, _ pairs: [(AccountID, AccountID)]
    ) async throws(StoreError) -> [AccountEvent.Follow] {
        try await shards[shard].read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT active, show_reblogs, notify FROM follows WHERE follower = ? AND followee = ?")
            return try pairs.compactMap { follower, followee in
                guard let row = try Row.fetchOne(statement, arguments: [follower.sql, followee.sql]) else {
                    let isListed = try FollowLists.version(follower, followee, db) != nil
                    return isListed ? AccountEvent.Follow(follower: follower, followee: followee) : nil
                }
                guard row[0] else { return nil }
                return AccountEvent.Follow(follower: follower, followee: followee, showReblogs: row[1], notify: row[2])
            }
        }
    }

    /// A shard counts the follows whose follower it holds, so an account's followers are the sum over all.
    func counted(
        _ accounts: [AccountID: StoredAccount]
    ) async throws(StoreError) -> [AccountID: StoredAccount] {
        guard !accounts.isEmpty else { return accounts }
        let ids = Array(accounts.keys)
        var result = accounts
        for shard in shards {
            let counts = try await shard.read { db in
                let statement = try db.cachedStatement(
                    sql: "SELECT followers, following FROM follow_counts WHERE account = ?")
                return try ids.compactMap { id in
                    try Row.fetchOne(statement, arguments: [id.sql]).map { (id, $0[0] as Int, $0[1] as Int) }
                }
            }
            for (id, followers, following) in counts {
                result[id]?.followers += followers
                result[id]?.following += following
            }
        }
        return try await profiled(result)
    }

    /// A row of an account as `StoredAccount` reads it.
    static let accountColumns = """
        id, username, display_name, note, locked, bot, \(StandingTable.flag(.priority, else: "priority")),
        \(StandingTable.flag(.suspended, else: "suspended")), created, \(StandingTable.flag(.silenced, else: "0")),
        \(StandingTable.flag(.pending, else: "0"))
        """

    private static let selectAccount = "SELECT \(accountColumns) FROM accounts WHERE NOT \(StandingTable.isDeleted)"
}

extension StoredAccount {
    init(row: Row) {
        let account = Account(
            id: AccountID(sql: row[0]), username: row[1], displayName: row[2], note: row[3], locked: row[4],
            bot: row[5], priority: row[6], suspended: row[7], createdUnixMilliseconds: UInt64(bitPattern: row[8]))
        self.init(account: account, followers: 0, following: 0, isSilenced: row[9], isPending: row[10])
    }
}
