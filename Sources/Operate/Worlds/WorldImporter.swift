internal import Foundation
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import World

/// Brings a world into an instance through the store's own door: first all accounts, part by part, then whom they
/// follow, by follower. Repeating it is harmless at any point.
struct WorldImporter: Sendable {
    struct Imported: Encodable, Sendable {
        var accounts = 0
        var accountsMade = 0
        var follows = 0
        var followsMade = 0
    }

    static let scopes = ["read", "write", "follow"]
    private static let accountsOfPart = 5_000
    /// About three quarters of what a request may hold, so that one long list more still has room.
    private static let bytesOfPart = PeerLimits.importedFollowBytes * 3 / 4
    /// Long lists are split, so that any list fits behind any other.
    private static let followsOfList = 100_000
    /// The store judges one part while it writes another.
    private static let partsUnderWay = 2

    let world: World
    let record: ImportRecordWriter
    let store: any OperatorService
    /// Empty: nobody can sign in with one.
    let password: String
    /// How many accounts get a token.
    let tokens: Int
    let progress: ProgressOptions

    var needsApplication: Bool { tokens > 0 }

    func run(application: UInt64) async throws -> Imported {
        var imported = Imported(accounts: world.accounts, follows: world.edges)
        let ids = try await importAccounts(application, &imported)
        try await OperatedData.onThread { try record.write(ids: ids) }
        try await importFollows(ids, &imported)
        return imported
    }

    private func importAccounts(_ application: UInt64, _ imported: inout Imported) async throws -> [UInt64] {
        let progress = Progress("accounts", of: world.accounts, options: progress)
        defer { progress.end() }
        let names = world.names
        var ids: [UInt64] = []
        ids.reserveCapacity(world.accounts)
        while ids.count < world.accounts {
            let part = ids.count..<min(ids.count + Self.accountsOfPart, world.accounts)
            let request = PeerImportAccounts.with {
                $0.password = password
                $0.application = application
                $0.scopes = application == 0 ? [] : Self.scopes
                $0.accounts = part.map { account in
                    PeerImportAccounts.Entry.with {
                        $0.username = names.username(of: account)
                        $0.email = names.email(of: account)
                        $0.displayName = names.displayName(of: account)
                        if account < tokens { $0.tokenHash = Data(record.tokenHash(of: account)) }
                    }
                }
            }
            let answer = try await Patience.whileUnavailable { () async throws(PeerError) in
                try await store.importAccounts(request)
            }
            guard answer.ids.count == part.count else {
                throw OperateError(.failed, "the store answered \(answer.ids.count) ids for \(part.count) accounts")
            }
            ids += answer.ids
            imported.accountsMade += Int(answer.made)
            progress.advance(by: part.count)
        }
        return ids
    }

    private func importFollows(_ ids: [UInt64], _ imported: inout Imported) async throws {
        let progress = Progress("follows", of: world.edges, options: progress)
        defer { progress.end() }
        try await withThrowingTaskGroup(of: (asked: Int, made: Int).self) { group in
            var (place, underWay) = (Place(), 0)
            func takeOne() async throws {
                guard let done = try await group.next() else { return }
                underWay -= 1
                imported.followsMade += done.made
                progress.advance(by: done.asked)
            }
            while place.account < world.accounts {
                let from = place
                let part = try await OperatedData.onThread { try self.part(from: from, ids) }
                place = part.end
                if underWay == Self.partsUnderWay { try await takeOne() }
                underWay += 1
                group.addTask {
                    let answer =
                        try await Patience.whileUnavailable { () async throws(PeerError) in
                            try await store.importFollows(part.request)
                        } as PeerImportedFollows
                    return (part.follows, Int(answer.made))
                }
            }
            while underWay > 0 { try await takeOne() }
        }
    }

    /// Where the next part begins.
    private struct Place {
        var account = 0
        /// In the row of that account.
        var follow = 0
    }

    /// Whom the accounts follow from a place on, as far as a request has room.
    private func part(
        from start: Place, _ ids: [UInt64]
    ) throws(WorldError) -> (request: PeerImportFollows, follows: Int, end: Place) {
        var request = PeerImportFollows()
        var (bytes, follows, place) = (0, 0, start)
        var row: [UInt32] = []
        while place.account < world.accounts, bytes < Self.bytesOfPart {
            try world.following(of: place.account, into: &row)
            let followees = row[place.follow..<min(place.follow + Self.followsOfList, row.count)]
            var list = PeerImportFollows.List()
            list.follower = ids[place.account]
            list.followees = Data(IdentifierList.encoded(followees.lazy.map { AccountID(rawValue: ids[Int($0)]) }))
            if !followees.isEmpty { request.lists.append(list) }
            bytes += list.followees.count + 16
            follows += followees.count
            place.follow = followees.endIndex
            if place.follow == row.count { place = Place(account: place.account + 1) }
        }
        return (request, follows, place)
    }
}
