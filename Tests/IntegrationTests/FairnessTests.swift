import Foundation
import HashRing
import NIOPosix
import Queue
import QueueCluster
import Settings
import StatuscastModel
import Testing
import Wire

/// Nobody waits for a celebrity: lanes as processes of their own.
struct FairnessTests {
    private static let followers = 20_000
    private static let burst = 15
    private static let samples = 15

    @Test(.timeLimit(.minutes(5)))
    func theNormalLaneIsAsQuickWhileACelebritysBurstIsUnderWay() async throws {
        let directory = try TemporaryDirectory()
        let cluster = Cluster(
            data: directory.path + "/data", receiveArguments: ["--set", "receive.bulk_followers=1000"])
        try FileManager.default.createDirectory(atPath: directory.path + "/data", withIntermediateDirectories: true)
        try await cluster.start()
        let people = try await Person.signUp(["celebrity", "author", "reader"], at: await cluster.base)
        let (celebrity, author, reader) = (people[0], people[1], people[2])
        try await reader.follow(author)
        try await follow(celebrity, in: directory.path + "/data")

        // The first finds everything cold, and the lookups busy with the follows.
        _ = try await latencies(from: author, to: reader)
        let quiet = try await latencies(from: author, to: reader)
        var last = ""
        for number in 1...Self.burst { last = try await celebrity.post("burst \(number)") }
        let busy = try await latencies(from: author, to: reader)

        // The backlog was there all the time: after the last sample the burst is still under way.
        let receipt = try await eventually("the burst is counted") { () -> Client.Answer? in
            let answer = try await accepted(celebrity.client.get("/api/v1/statuses/\(last)/deliveries"))
            return answer.object["known"] as? Bool == true ? answer : nil
        }
        let lanes = receipt.object["lanes"] as? [[String: Any]] ?? []
        let bulk = try #require(lanes.first { $0["lane"] as? String == "bulk" }, "\(receipt.text)")
        #expect(
            bulk["complete"] as? Bool == false, "the burst was over before the samples: \(receipt.text.prefix(300))")
        #expect((bulk["pending"] as? Int ?? 0) > 0)
        #expect(try await author.client.get("/api/v1/statuses/\(last)/deliveries").status == 404)

        let report = "quiet \(quiet), busy \(busy)"
        print("post to visible, seconds: \(report)")
        let (median, worst) = (busy[busy.count / 2], busy[busy.count - 1])
        #expect(median <= quiet[quiet.count / 2] * 10 + 0.5, "\(report)")
        #expect(worst <= quiet[quiet.count - 1] * 10 + 3, "\(report)")

        // And all of it arrives.
        try await eventually("the burst is delivered", within: .seconds(180), every: .milliseconds(500)) {
            let answer = try await accepted(celebrity.client.get("/api/v1/statuses/\(last)/deliveries"))
            return answer.object["complete"] as? Bool == true ? true : nil
        }
        let done = try await accepted(celebrity.client.get("/api/v1/statuses/\(last)/deliveries")).object
        let delivered = (done["lanes"] as? [[String: Any]] ?? []).first { $0["lane"] as? String == "bulk" }
        #expect(delivered?["done"] as? Int == Self.followers)
        #expect(done["pending"] as? Int == 0)
        try await cluster.stop()
    }

    /// Seconds from the post until the follower's home timeline has it, in ascending order.
    private func latencies(from author: Person, to reader: Person) async throws -> [Double] {
        var seconds: [Double] = []
        for number in 1...Self.samples {
            let start = ContinuousClock.now
            // Never the same text twice within a minute: that is refused.
            let id = try await author.post("sample \(number) \(UUID().uuidString)")
            try await eventually("\(id) is visible", within: .seconds(60), every: .milliseconds(5)) {
                let page = try await accepted(reader.client.get("/api/v1/timelines/home?limit=5")).list
                return page.contains { $0["id"] as? String == id } ? true : nil
            }
            seconds.append((ContinuousClock.now - start) / .seconds(1))
        }
        return seconds.sorted()
    }

    /// Follows in bulk, straight into the topic `accounts`, by accounts that nobody else knows.
    private func follow(_ person: Person, in path: String) async throws {
        let data = DataDirectory(path)
        let queue = RingQueue(
            nodes: try ["q1", "q2", "q3"].map { name in
                let address = try #require(WireAddress(try SocketName.queue(name).address(in: data)))
                let node = RemoteNode(name: name, address: address, group: MultiThreadedEventLoopGroup.singleton)
                return (node: node as any QueueNode, weight: 1)
            })
        let followee = try #require(AccountID(person.id))
        let base = UInt64(Date().timeIntervalSince1970 * 1_000) << 16
        let items = (0..<Self.followers).map { number in
            let follower = AccountID(rawValue: base - UInt64(number) - 1)
            return AccountEvent(
                id: EventID(rawValue: base + UInt64(number)),
                change: .followed(.init(follower: follower, followee: followee))
            ).encoded()
        }
        for start in stride(from: 0, to: items.count, by: 5_000) {
            let frame = ItemBatch.encoded(Array(items[start..<min(start + 5_000, items.count)]))
            try await queue.append([OutgoingFrame(partition: .init(rawValue: 0), bytes: frame)], to: Topics.accounts)
        }
        await queue.close()
    }
}
