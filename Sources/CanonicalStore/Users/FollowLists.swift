internal import Foundation
internal import GRDB
internal import StatuscastModel

/// The table `follow_lists`: what accounts follow since a bulk import, a list for each follower and event.
///
/// Where `follows` has a row for a pair, the row holds and the lists do not matter.
enum FollowLists {
    /// All lists of a follower, the newest first.
    static func all(_ follower: AccountID, _ db: Database) throws -> [(version: Int64, followees: [UInt8])] {
        let statement = try db.cachedStatement(
            sql: "SELECT version, followees FROM follow_lists WHERE follower = ? ORDER BY version DESC")
        return try Row.fetchAll(statement, arguments: [follower.sql]).map { ($0[0], Array($0[1] as Data)) }
    }

    /// The version of the newest list with the pair.
    static func version(_ follower: AccountID, _ followee: AccountID, _ db: Database) throws -> Int64? {
        for list in try all(follower, db) where try IdentifierList.contains(followee, in: list.followees[...]) {
            return list.version
        }
        return nil
    }

    /// Whom a follower follows by its lists alone, in no order.
    static func active(_ follower: AccountID, _ db: Database) throws -> Set<AccountID> {
        var listed: Set<AccountID> = []
        for list in try all(follower, db) { listed.formUnion(try IdentifierList.decoded(list.followees[...])) }
        guard !listed.isEmpty else { return listed }
        return listed.subtracting(try rows(follower, db).keys)
    }

    /// The rows of a follower in `follows`.
    static func rows(_ follower: AccountID, _ db: Database) throws -> [AccountID: (version: Int64, isActive: Bool)] {
        let statement = try db.cachedStatement(sql: "SELECT followee, version, active FROM follows WHERE follower = ?")
        let rows = try Row.fetchAll(statement, arguments: [follower.sql])
        return Dictionary(rows.map { (AccountID(sql: $0[0]), ($0[1], $0[2])) }) { first, _ in first }
    }

    /// Who follows an account by a list alone. Reads all lists of the shard: about a second for 100 million follows.
    static func followers(of account: AccountID, _ db: Database) throws -> Set<AccountID> {
        var followers: Set<AccountID> = []
        let cursor = try Row.fetchCursor(db, sql: "SELECT follower, followees FROM follow_lists")
        while let row = try cursor.next() {
            if try IdentifierList.contains(account, in: Array(row[1] as Data)[...]) {
                followers.insert(AccountID(sql: row[0]))
            }
        }
        let statement = try db.cachedStatement(sql: "SELECT 1 FROM follows WHERE follower = ? AND followee = ?")
        return try followers.filter { try Int.fetchOne(statement, arguments: [$0.sql, account.sql]) == nil }
    }
}
