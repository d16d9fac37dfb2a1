import CanonicalStore
import DeadLetters
import Foundation
import GRDB
import HashRing
import Peers
import Queue
import StatuscastModel
import Store
import SwiftProtobuf
import Testing

struct StatusTests {
    private func accepted(_ id: UInt64, author: UInt64 = 1, replyTo: UInt64? = nil) -> AcceptedEvent {
        .accepted(
            AcceptedStatus(
                id: StatusID(rawValue: id), author: AccountID(rawValue: author), visibility: .public,
                inReplyTo: replyTo.map(StatusID.init(rawValue:)), inReplyToAccount: nil, mentions: [], tags: [],
                record: ArraySlice("record \(id)".utf8)))
    }

    private func ids(_ range: some Sequence<UInt64>) -> [StatusID] { range.map(StatusID.init(rawValue:)) }

    @Test func statusesArriveOnceAndAreCommitted() async throws {
        let world = try World()
        try await world.append((10..<30).map { accepted($0, author: $0 % 7 + 1) })
        try await world.withStore { (store) async throws in
            #expect(try await eventually { try await store.statuses(ids: ids(10..<30)).count == 20 })
            try await world.append((10..<31).map { accepted($0, author: $0 % 7 + 1, replyTo: $0 == 30 ? 10 : nil) })
            #expect(try await eventually { try await store.statuses(ids: ids(10..<31)).count == 21 })
            let found = try await store.statuses(ids: ids([30, 99, 10]))
            #expect(found.map(\.id) == [30, 10])
            #expect(found.last?.repliesCount == 1 && found.last?.record == Data("record 10".utf8))
            #expect(try await eventually { try await world.depth(Topics.accepted) == 0 })
        }
        try await world.withStore { (store) async throws in
            #expect(try await store.instanceCounts().statuses == 21)
        }
        await world.end()
    }

    @Test func whatCannotBeReadIsKeptAsideAndTheRestGoesOn() async throws {
        let world = try World()
        try await world.append([accepted(10)], garbage: [[1, 99], [2]])
        try await world.queue.append(
            [.init(partition: .init(rawValue: 0), bytes: [0xFF, 0xFF, 0xFF])], to: Topics.accepted)
        try await world.append([accepted(11)])
        try await world.withStore { (store) async throws in
            #expect(try await eventually { try await store.statuses(ids: ids([10, 11])).count == 2 })
            #expect(try await eventually { try await world.depth(Topics.accepted) == 0 })
        }
        let letters = try world.deadLetters()
        #expect(letters.count == 3)
        #expect(letters.allSatisfy { $0.stage == "store" && $0.topic == Topics.accepted })
        #expect(
            letters.contains {
                $0.bytes == [1, 99] && $0.source?.item == 0 && $0.content == .item && $0.reason.contains("unknown kind")
            })
        #expect(letters.contains { $0.content == .frame && $0.bytes == [0xFF, 0xFF, 0xFF] })
        await world.end()
    }

    @Test func aFactThatCannotBeReadIsKeptAsideAndTheRestGoesOn() async throws {
        let world = try World()
        for bytes in [ItemBatch.encoded([[200, 1], []]), [1, 2, 3]] {
            try await world.queue.append([.init(partition: .init(rawValue: 0), bytes: bytes)], to: Topics.accounts)
        }
        try await world.withStore { (store) async throws in
            let application = try await store.application()
            _ = try await store.signUp("ada", application)
            #expect(try await eventually { try await world.depth(Topics.accounts) == 0 })
        }
        let letters = try world.deadLetters()
        #expect(letters.allSatisfy { $0.stage == "store" && $0.topic == Topics.accounts })
        #expect(
            letters.map(\.content) == [.item, .item, .frame] && letters.map(\.bytes) == [[200, 1], [], [1, 2, 3]])
        await world.end()
    }

    /// Releases before 0.3 kept them in the databases.
    @Test func deadLettersOfEarlierReleasesMoveToTheOthers() async throws {
        let world = try World()
        try await world.withStore { _ in }
        let database = try DatabaseQueue(path: world.path + "/store/messages-0.sqlite")
        try await database.write { db in
            try db.execute(
                sql: "INSERT INTO dead_letters VALUES ('accepted', 3, '1-2', 7, 0, 'no', x'0102', 5), "
                    + "('accepted', 3, '1-2', 8, -1, 'nothing', x'', 6)")
        }
        try database.close()
        for _ in 1...2 { try await world.withStore { _ in } }
        let letters = try world.deadLetters()
        #expect(letters.map(\.source?.description) == ["1-2/7/0", "1-2/8/-1"])
        #expect(letters.map(\.reason) == ["no", "nothing"] && letters.map(\.unixMilliseconds) == [5, 6])
        #expect(letters.map(\.content) == [.item, .frame] && letters.map(\.bytes) == [[1, 2], []])
        await world.end()
    }

    @Test func severalShardsAnswerLikeOne() async throws {
        let world = try World()
        var configuration = world.configuration()
        configuration.userShards = 3
        configuration.messageShards = 2
        try await world.append((10..<30).map { accepted($0, author: $0 % 7 + 1) })
        var names: [String: UInt64] = [:]
        try await world.withStore(configuration) { store in
            let application = try await store.application()
            for name in (0..<6).map({ "user\($0)" }) { names[name] = try await store.signUp(name, application).account }
            let first = try #require(names["user0"])
            for (name, id) in names where name != "user0" {
                _ = try await store.follow(
                    .with {
                        $0.follower = id; $0.followee = first
                    })
            }
            #expect(try await store.accounts(ids: [AccountID(rawValue: first)]).first?.followersCount == 5)
            #expect(try await eventually { try await store.statuses(ids: ids(10..<30)).count == 20 })
        }
        try await world.withStore(configuration) { store in
            let counts = try await store.instanceCounts()
            #expect(counts.users == 6 && counts.statuses == 20)
            #expect(
                try await store.searchAccounts(
                    .with {
                        $0.query = "user"; $0.limit = 80
                    }
                ).count == 6)
        }
        await world.end()
    }

    @Test func accountsCarryWhatTheirStatusesAddUpTo() async throws {
        let world = try World()
        try await world.withStore { store in
            let application = try await store.application()
            let alice = try await store.signUp("alice", application)
            let id = StatusID(unixMilliseconds: 1_700_000_000_000, node: 1, sequence: 1)
            try await world.append([accepted(id.rawValue, author: alice.account)])
            #expect(
                try await eventually {
                    try await store.accounts(ids: [AccountID(rawValue: alice.account)]).first?.statusesCount == 1
                })
            let account = try await store.accounts(ids: [AccountID(rawValue: alice.account)]).first
            #expect(account?.lastStatusUnixMilliseconds == 1_700_000_000_000)
            let delete = StatusDelete(
                event: EventID(rawValue: 1), status: id, author: AccountID(rawValue: alice.account))
            try await world.append([.deleted(delete)])
            #expect(try await eventually { try await store.statuses(ids: [id]).first?.deleted == true })
        }
        await world.end()
    }
}
