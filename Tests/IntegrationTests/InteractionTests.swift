import Foundation
import Testing

/// Favourites, reblogs, threads and edits through the whole pipeline, with everything in one process.
@Suite(.timeLimit(.minutes(3)))
struct InteractionTests {
    private func type(_ answer: Client.Answer) -> Set<String> { Set(answer.list.compactMap { $0["type"] as? String }) }

    @Test func whatPeopleDoToAStatusComesToTheStoreAndToItsAuthor() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob", "carol", "dave"], at: server.base)
        let (alice, bob, carol, dave) = (people[0], people[1], people[2], people[3])
        try await carol.follow(bob)
        _ = try await accepted(dave.client.post("/api/v1/accounts/\(bob.id)/follow", ["reblogs": false]))
        let id = try await alice.post("to be liked")

        for verb in ["favourite", "bookmark"] {
            _ = try await accepted(bob.client.post("/api/v1/statuses/\(id)/\(verb)"))
        }
        let reblog = try await accepted(bob.client.post("/api/v1/statuses/\(id)/reblog")).object
        let reblogID = try #require(reblog["id"] as? String)
        _ = try await accepted(alice.client.post("/api/v1/statuses/\(id)/pin"))
        let reply = try await accepted(
            carol.client.post("/api/v1/statuses", ["status": "a reply", "in_reply_to_id": id])
        ).object
        let replyID = try #require(reply["id"] as? String)

        // Of somebody else, so nothing of it comes from what the front remembers of its viewer.
        let isFavourited = try await eventually("the counts come to the store") {
            let seen = try await carol.client.get("/api/v1/statuses/\(id)").object
            let counts = ["favourites_count", "reblogs_count", "replies_count"].map { seen[$0] as? Int }
            return counts == [1, 1, 1] ? seen["favourited"] as? Bool : nil
        }
        #expect(!isFavourited)
        for list in ["favourited_by", "reblogged_by"] {
            #expect(
                try await carol.client.get("/api/v1/statuses/\(id)/\(list)").list.first?["acct"] as? String == "bob")
        }
        try await eventually("alice is told of both") {
            type(try await alice.client.get("/api/v1/notifications")) == ["favourite", "reblog"] ? true : nil
        }
        try await eventually("the reblog is at carol's home") {
            let home = try await carol.client.get("/api/v1/timelines/home").list
            let inner = home.first { $0["id"] as? String == reblogID }?["reblog"] as? [String: Any]
            return inner?["id"] as? String == id ? true : nil
        }
        let later = try await bob.post("after the reblog")
        try await eventually("dave gets what bob writes, and not what he passes on") {
            try await dave.timeline("/api/v1/timelines/home") == [later] ? true : nil
        }
        let context = try await carol.client.get("/api/v1/statuses/\(id)/context").object
        #expect((context["descendants"] as? [[String: Any]])?.compactMap { $0["id"] as? String } == [replyID])
        try await server.process.terminate()

        // Nothing of it was only in memory.
        let again = try await Server.up(data: directory.path + "/data")
        let bobAgain = Client(again.base, token: bob.client.token)
        let seen = try await bobAgain.get("/api/v1/statuses/\(id)").object
        for mark in ["favourited", "bookmarked", "reblogged"] { #expect(seen[mark] as? Bool == true, "\(mark)") }
        for list in ["favourites", "bookmarks"] {
            #expect(try await bobAgain.get("/api/v1/\(list)").list.compactMap { $0["id"] as? String } == [id])
        }
        let pinned = "/api/v1/accounts/\(alice.id)/statuses?pinned=true"
        #expect(try await bobAgain.get(pinned).list.compactMap { $0["id"] as? String } == [id])
        #expect(
            try await accepted(bobAgain.post("/api/v1/statuses/\(id)/unreblog")).object["reblogged"] as? Bool == false)
        try await eventually("the reblog is gone") {
            let home = try await Client(again.base, token: carol.client.token).get("/api/v1/timelines/home").list
            let count = try await Client(again.base).get("/api/v1/statuses/\(id)").object["reblogs_count"] as? Int
            return home.allSatisfy { $0["id"] as? String != reblogID } && count == 0 ? true : nil
        }
        try await again.process.terminate()
    }

    @Test func anEditShowsEverywhereAndAfterARestart() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        let (alice, bob) = (people[0], people[1])
        try await bob.follow(alice)
        let id = try await alice.post("first version")
        try await eventually("bob has it at home") {
            try await bob.timeline("/api/v1/timelines/home") == [id] ? true : nil
        }
        let body = try JSONSerialization.data(withJSONObject: ["status": "second version", "spoiler_text": "cw"])
        _ = try await accepted(
            alice.client.send("PUT", "/api/v1/statuses/\(id)", body: body, type: "application/json"))
        try await eventually("the history is in the store") {
            let history = try await bob.client.get("/api/v1/statuses/\(id)/history").list
            let texts = history.compactMap { $0["content"] as? String }
            return texts == ["<p>first version</p>", "<p>second version</p>"] ? true : nil
        }
        func check(_ base: String) async throws {
            let client = Client(base, token: bob.client.token)
            let home = try await client.get("/api/v1/timelines/home").list
            #expect(home.first?["content"] as? String == "<p>second version</p>")
            #expect(home.first?["edited_at"] is String && home.first?["spoiler_text"] as? String == "cw")
            #expect(
                try await client.get("/api/v1/statuses/\(id)").object["content"] as? String == "<p>second version</p>")
        }
        try await check(server.base)
        // The list of deletes names it: it is not only what this front remembers.
        try await eventually("the new version is in a file") { try await bob.isInTombstones(server.data) ? true : nil }
        try await server.process.terminate()
        let again = try await Server.up(data: directory.path + "/data")
        try await check(again.base)
        try await again.process.terminate()
    }
}

extension Person {
    /// Whether any file of the list of deletes holds a new version.
    fileprivate func isInTombstones(_ data: String) async throws -> Bool {
        let root = data + "/shared/mailboxes"
        return try FileManager.default.subpathsOfDirectory(atPath: root).contains { path in
            guard path.contains("tombstones"), let bytes = FileManager.default.contents(atPath: "\(root)/\(path)")
            else {
                return false
            }
            return bytes.range(of: Data("X-Statuscast-Edit-Of".utf8)) != nil
        }
    }
}
