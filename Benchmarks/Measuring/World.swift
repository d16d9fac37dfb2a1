internal import Assembly
internal import Crypto
internal import Foundation
internal import HashRing
internal import Queue
public import Settings
public import StatuscastModel

/// Accounts that each have the same number of followers, written into the topic `accounts`, which is the user store's
/// log: the server finds it there when it starts, as it would after a restore.
public struct World: Sendable {
    public let accounts: [AccountID]
    public let followersEach: Int

    public func token(_ index: Int) -> String { "benchmark-token-\(index)" }

    public static func make(accounts count: Int, followersEach: Int, data: DataDirectory) async throws -> World {
        try data.prepare()
        _ = try ClusterFile.load(sharedDirectory: data.shared)
        let queue = try QueueAssembly.local(data).queue
        let now = UInt64(Date().timeIntervalSince1970 * 1000) - 3_600_000
        // Node 1023 is the last that a server would take: no id of this world meets one of the server's.
        var issued: UInt64 = 0
        func next() -> UInt64 {
            issued += 1
            return Identifier<EventKind>(
                unixMilliseconds: now + issued / 64, node: 1023, sequence: UInt8(issued % 64)
            ).rawValue
        }
        let world = World(
            accounts: (0..<count).map { _ in AccountID(rawValue: next()) }, followersEach: followersEach)
        let application = ApplicationID(rawValue: next())
        var items: [[UInt8]] = []
        func add(_ change: AccountEvent.Change) {
            items.append(AccountEvent(id: EventID(rawValue: next()), change: change).encoded())
        }
        add(
            .applicationRegistered(
                .init(
                    id: application, name: "benchmark", website: "", redirectURIs: ["urn:ietf:wg:oauth:2.0:oob"],
                    scopes: ["read", "write", "follow"], clientID: "benchmark", clientSecretHash: hash("unknown"))))
        for (index, id) in world.accounts.enumerated() {
            let account = Account(id: id, username: "user\(index)", createdUnixMilliseconds: now)
            add(.accountCreated(account, .init(email: "user\(index)@example.org", passwordHash: "none")))
            add(
                .tokenIssued(
                    .init(
                        hash: hash(world.token(index)), application: application, account: id,
                        scopes: ["read", "write", "follow"], createdUnixMilliseconds: now)))
        }
        for (index, id) in world.accounts.enumerated() {
            for step in 1...followersEach {
                let follower = world.accounts[(index + step * 7) % count]
                if follower != id { add(.followed(.init(follower: follower, followee: id))) }
            }
        }
        try await append(items, to: queue)
        await queue.close()
        return world
    }

    private static func append(_ items: [[UInt8]], to queue: any Queue) async throws {
        for start in stride(from: 0, to: items.count, by: 5_000) {
            let frame = ItemBatch.encoded(Array(items[start..<min(start + 5_000, items.count)]))
            try await queue.append(
                [OutgoingFrame(partition: .init(rawValue: 0), bytes: frame)], to: Topics.accounts)
        }
    }

    private static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}
