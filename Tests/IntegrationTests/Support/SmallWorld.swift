import Foundation
import HashRing
import Queue
import QueueCluster
import NIOPosix
import Settings
import StatuscastModel
import Wire
import World

/// A small world in a running server: made from a seed, its accounts and follows written into the topic `accounts`.
struct SmallWorld {
    let folder: String
    let imported: String
    let accounts: Int

    static func make(in directory: String, data: String, accounts: Int, followers: Int) async throws -> SmallWorld {
        let (folder, imported) = (directory + "/world", directory + "/imported")
        let world = try WorldMaking.make(
            try WorldParameters(distribution: .flat(followers: followers), seed: 3, accounts: accounts), in: folder)
        let record = try ImportRecordWriter(folder: imported)
        let now = UInt64(Date().timeIntervalSince1970 * 1_000) - 60_000
        // Node 1023 is the last that a server would take: no id of this world meets one of the server's.
        var issued: UInt64 = 0
        func next() -> UInt64 {
            issued += 1
            return EventID(unixMilliseconds: now + issued / 64, node: 1_023, sequence: UInt8(issued % 64)).rawValue
        }
        let ids = (0..<accounts).map { _ in next() }
        try record.write(ids: ids)
        let application = ApplicationID(rawValue: next())
        var items: [[UInt8]] = []
        func add(_ change: AccountEvent.Change) {
            items.append(AccountEvent(id: EventID(rawValue: next()), change: change).encoded())
        }
        add(
            .applicationRegistered(
                .init(
                    id: application, name: "load", website: "", redirectURIs: [], scopes: ["read", "write", "follow"],
                    clientID: "load", clientSecretHash: Array(repeating: 0, count: 32))))
        for (number, id) in ids.enumerated() {
            let account = Account(
                id: AccountID(rawValue: id), username: world.names.username(of: number), createdUnixMilliseconds: now)
            add(.accountCreated(account, .init(email: world.names.email(of: number), passwordHash: "none")))
            add(
                .tokenIssued(
                    .init(
                        hash: record.tokenHash(of: number), application: application, account: account.id,
                        scopes: ["read", "write", "follow"], createdUnixMilliseconds: now)))
        }
        for number in 0..<accounts {
            for followee in try world.following(of: number) {
                add(
                    .followed(
                        .init(
                            follower: AccountID(rawValue: ids[number]), followee: AccountID(rawValue: ids[Int(followee)]))))
            }
        }
        let address = try SocketName.queue("q1").address(in: DataDirectory(data))
        guard let wire = WireAddress(address) else { throw IntegrationError("no address: \(address)") }
        let node = RemoteNode(name: "q1", address: wire, group: MultiThreadedEventLoopGroup.singleton)
        let queue = RingQueue(nodes: [(node: node as any QueueNode, weight: 1)])
        try await queue.append(
            [OutgoingFrame(partition: .init(rawValue: 0), bytes: ItemBatch.encoded(items))], to: Topics.accounts)
        await queue.close()
        return SmallWorld(folder: folder, imported: imported, accounts: accounts)
    }

    /// Once the server knows the last account and all its follows.
    func waitUntilKnown(at base: String) async throws {
        let token = try ImportRecord(folder: imported).token(of: accounts - 1)
        let following = try World(folder: folder).following(of: accounts - 1).count
        try await eventually("the world is imported") {
            let answer = try await Client(base, token: token).get("/api/v1/accounts/verify_credentials")
            return answer.status == 200 && answer.object["following_count"] as? Int == following ? true : nil
        }
    }
}
