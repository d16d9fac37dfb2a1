import Foundation
import Testing

/// The way of a status, seen from outside, with everything in one process.
@Suite(.timeLimit(.minutes(3)))
struct JourneyTests {
    @Test func aStatusReachesTimelinesMailboxesAndNotifications() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob", "carol"], at: server.base)
        let (alice, bob, carol) = (people[0], people[1], people[2])
        try await bob.follow(alice)

        let id = try await alice.post("Hello @carol, this is <b>bold</b> #Swift")

        for path in ["/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/swift"] {
            try await eventually("bob sees it in \(path)") {
                try await bob.client.get(path).list.contains { $0["id"] as? String == id } ? true : nil
            }
        }
        try await eventually("alice sees it at home") {
            try await alice.client.get("/api/v1/timelines/home").list.contains { $0["id"] as? String == id }
                ? true : nil
        }
        try await eventually("it is in alice's own list") {
            try await bob.client.get("/api/v1/accounts/\(alice.id)/statuses").list.isEmpty ? nil : true
        }
        try await eventually("carol is told of the mention") {
            try await carol.client.get("/api/v1/notifications").list.first?["type"] as? String == "mention" ? true : nil
        }
        try await eventually("alice is told of the follower") {
            try await alice.client.get("/api/v1/notifications").list.first?["type"] as? String == "follow" ? true : nil
        }
        #expect(try await carol.client.get("/api/v1/timelines/home").list.isEmpty)

        let status = try await bob.client.get("/api/v1/statuses/\(id)").object
        let content = status["content"] as? String ?? ""
        #expect(content.contains("&lt;b&gt;bold&lt;/b&gt;"))
        #expect(content.contains("/tags/swift"))
        #expect((status["account"] as? [String: Any])?["acct"] as? String == "alice")
        try await server.process.terminate()
    }

    @Test func aDeletedStatusIsGoneEverywhereAndOneBeforeItStays() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        let (alice, bob) = (people[0], people[1])
        try await bob.follow(alice)
        let kept = try await alice.post("stays")
        let gone = try await alice.post("goes #gone")
        try await eventually("both are at home") {
            try await bob.timeline("/api/v1/timelines/home") == [gone, kept] ? true : nil
        }

        #expect(try await bob.client.delete("/api/v1/statuses/\(gone)").status == 404)
        let answer = try await accepted(alice.client.delete("/api/v1/statuses/\(gone)"))
        #expect(answer.object["text"] as? String == "goes #gone")

        for path in ["/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/accounts/\(alice.id)/statuses"] {
            try await eventually("it is gone from \(path)") {
                try await bob.timeline(path) == [kept] ? true : nil
            }
        }
        try await eventually("it cannot be read by id") {
            try await bob.client.get("/api/v1/statuses/\(gone)").status == 404 ? true : nil
        }
        try await server.process.terminate()

        // The tombstone is in a file: it still holds after a start.
        let again = try await Server.up(data: directory.path + "/data")
        #expect(try await Client(again.base, token: bob.client.token).get("/api/v1/timelines/home").list.count == 1)
        #expect(try await Client(again.base, token: bob.client.token).get("/api/v1/statuses/\(gone)").status == 404)
        try await again.process.terminate()
    }

    @Test func hiddenStatusesReachOnlyThoseTheyAreFor() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob", "carol", "dave"], at: server.base)
        let (alice, bob, carol, dave) = (people[0], people[1], people[2], people[3])
        try await bob.follow(alice)
        let secret = try await alice.post("for followers #tag", ["visibility": "private"])
        let direct = try await alice.post("only for @carol", ["visibility": "direct"])
        let last = try await alice.post("for all")
        try await eventually("the follower has the private one and not the direct one") {
            try await bob.timeline("/api/v1/timelines/home") == [last, secret] ? true : nil
        }
        try await eventually("carol is told") {
            try await carol.client.get("/api/v1/notifications").list.isEmpty ? nil : true
        }
        #expect(try await dave.timeline("/api/v1/timelines/public") == [last])
        #expect(try await dave.timeline("/api/v1/timelines/tag/tag").isEmpty)
        #expect(try await dave.timeline("/api/v1/accounts/\(alice.id)/statuses") == [last])
        for id in [secret, direct] { #expect(try await dave.client.get("/api/v1/statuses/\(id)").status == 404) }
        #expect(try await bob.client.get("/api/v1/statuses/\(secret)").status == 200)
        #expect(try await bob.client.get("/api/v1/statuses/\(direct)").status == 404)
        #expect(try await carol.client.get("/api/v1/statuses/\(direct)").status == 200)
        #expect(try await Client(server.base).get("/api/v1/statuses/\(secret)").status == 404)
        try await server.process.terminate()
    }

    @Test func aStopIsQuickAndLosesNothing() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        try await people[1].follow(people[0])
        var ids: [String] = []
        for index in 0..<50 { ids.append(try await people[0].post("number \(index)")) }
        let took = try await server.process.terminate()
        #expect(took < .seconds(5))
        #expect(server.process.exitCode == 0)

        let again = try await Server.up(data: directory.path + "/data")
        let bob = Person(name: "bob", id: people[1].id, client: Client(again.base, token: people[1].client.token))
        try await eventually("all are there after a start") {
            try await bob.timeline("/api/v1/timelines/home") == ids.reversed() ? true : nil
        }
        try await again.process.terminate()
    }
}
