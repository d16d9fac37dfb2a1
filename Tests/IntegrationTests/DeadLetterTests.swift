import Foundation
import HashRing
import NIOPosix
import Queue
import QueueCluster
import StatuscastModel
import Testing
import Wire

/// What cannot be processed, and the operator's way to it, while statuses flow.
@Suite(.timeLimit(.minutes(5)))
struct DeadLetterTests {
    @Test func poisonIsSeenReplayedAndDroppedWhileOneProcessServes() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        try await followPoison(data: server.data, base: server.base, node: "q1")
        try await server.process.terminate()
    }

    @Test func poisonIsSeenReplayedAndDroppedWhileManyProcessesServe() async throws {
        let directory = try TemporaryDirectory()
        let cluster = Cluster(data: directory.path + "/data")
        try await cluster.start()
        try await followPoison(data: cluster.data, base: await cluster.base, node: "q2")
        try await cluster.stop()
    }

    @Test func aRecordIsReplayedToItsMailboxAlone() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        try await people[1].follow(people[0])
        // A file where bob's mailbox should be.
        let address = try #require(Address("home/\(people[1].id)"))
        let hash = String(address.hash, radix: 16)
        let padded = String(repeating: "0", count: 16 - hash.count) + hash
        let parent = data + "/shared/mailboxes/\(padded.prefix(2))/\(padded.dropFirst(2).prefix(2))"
        let obstacle = parent + "/" + address.owner
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: obstacle))
        let id = try await people[0].post("for a broken mailbox")
        let letter = try await eventually("its record is a dead letter", within: .seconds(40)) {
            try await letters(data, ["--stage", "deliver"]).first { $0["status"] as? String == id }?["id"] as? String
        }
        let shown = try await statuscast(["queue", "inspect", "--data", data, letter])
        #expect(shown.contains("address: home/\(people[1].id)") && shown.contains("for a broken mailbox"))

        try FileManager.default.removeItem(atPath: obstacle)
        #expect(try await statuscast(["queue", "replay", "--data", data, letter]) == "1 replayed\n")
        try await eventually("it is at home") {
            try await people[1].timeline("/api/v1/timelines/home") == [id] ? true : nil
        }
        #expect(try await letters(data).isEmpty)
        try await server.process.terminate()
    }

    private func followPoison(data: String, base: String, node: String) async throws {
        let people = try await Person.signUp(["alice", "bob"], at: base)
        try await people[1].follow(people[0])
        let topics = [Topics.receive, Topics.accepted, Topics.accounts] + Lane.all.map(\.topic)
        try await poison(data: data, node: node, topics)
        let id = try await people[0].post("after the poison")
        try await eventually("statuses flow") {
            try await people[1].timeline("/api/v1/timelines/home") == [id] ? true : nil
        }
        // `accepted` and `accounts` have two readers each, and each topic got an item and a frame.
        let all = try await eventually("all readers have put it aside", within: .seconds(40)) {
            let found = try await letters(data)
            return found.count == 16 ? found.compactMap { $0["id"] as? String } : nil
        }
        let stages = try await Dictionary(grouping: letters(data)) { $0["stage"] as? String ?? "" }.mapValues(\.count)
        #expect(stages == ["judge": 2, "spread": 2, "notify": 2, "store": 4, "deliver": 6])
        let judged = try await letters(data, ["--stage", "judge"]).compactMap { $0["id"] as? String }
        try #require(judged.count == 2 && Set(all).isSuperset(of: judged))
        #expect(try await statuscast(["queue", "inspect", "--data", data, "--hex", judged[0]]).contains("c8 70 6f 69"))

        let replay = ["queue", "replay", "--data", data, "--all", "--stage", "judge"]
        #expect(try await statuscast(replay) == "2 replayed\n")
        let again = try await eventually("it is as bad as before") {
            let found = try await letters(data, ["--stage", "judge"]).compactMap { $0["id"] as? String }
            return found.count == 2 && Set(found).isDisjoint(with: judged) ? found : nil
        }
        #expect(try await letters(data).count == 16)

        let rest = try await letters(data).compactMap { $0["id"] as? String }
        #expect(try await statuscast(["queue", "drop", "--data", data] + rest) == "16 dropped\n")
        #expect(try await statuscast(["queue", "dead-letters", "--data", data]) == "no dead letters\n")
        let gone = try ChildProcess("statuscast", ["queue", "inspect", "--data", data, again[0]])
        try await gone.waitForExit()
        #expect(gone.exitCode == 66)
        let second = try await people[0].post("and on")
        try await eventually("statuses still flow") {
            try await people[1].timeline("/api/v1/timelines/home") == [second, id] ? true : nil
        }
    }

    /// To each topic a frame with an item of a version that nobody knows, and one that is no frame.
    private func poison(data: String, node: String, _ topics: [String]) async throws {
        let address = try #require(WireAddress("unix:\(data)/run/queue-\(node).sock"))
        let remote = RemoteNode(name: node, address: address, group: MultiThreadedEventLoopGroup.singleton)
        let queue = RingQueue(nodes: [(node: remote as any QueueNode, weight: 1)])
        let partition = PartitionIndex(rawValue: 0)
        for topic in topics {
            for bytes in [ItemBatch.encoded([[200] + Array("poison".utf8)]), [1, 2, 3]] {
                try await queue.append([OutgoingFrame(partition: partition, bytes: bytes)], to: topic)
            }
        }
        await queue.close()
    }

    private func letters(_ data: String, _ filter: [String] = []) async throws -> [[String: Any]] {
        try await statuscast(["queue", "dead-letters", "--data", data, "--json"] + filter).split(separator: "\n")
            .compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }

    /// What the command answers; throws where it fails.
    private func statuscast(_ arguments: [String]) async throws -> String {
        let process = try ChildProcess("statuscast", arguments)
        try await process.waitForExit(within: .seconds(30))
        guard process.exitCode == 0 else {
            throw IntegrationError("\(arguments) ended with \(process.exitCode): \(process.standardError)")
        }
        // What it wrote may be read a moment after its end.
        return try await eventually("its answer") {
            process.standardOutput.isEmpty && !arguments.contains("--json") ? nil : process.standardOutput
        }
    }
}
