import Foundation
import Testing

/// Profiles and locked accounts through the whole pipeline, with everything in one process.
@Suite(.timeLimit(.minutes(3)))
struct PeopleTests {
    /// A GIF of one pixel.
    private static let gif = Data([
        0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0,
        1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
    ])

    private func change(_ client: Client, _ form: String) async throws -> Client.Answer {
        try await accepted(
            client.send(
                "PATCH", "/api/v1/accounts/update_credentials", body: Data(form.utf8),
                type: "application/x-www-form-urlencoded"))
    }

    private func upload(_ client: Client, _ name: String, _ avatar: Data) async throws -> Client.Answer {
        let head =
            "--cut\r\nContent-Disposition: form-data; name=\"display_name\"\r\n\r\n\(name)\r\n"
            + "--cut\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"me.gif\"\r\n"
            + "Content-Type: image/gif\r\n\r\n"
        return try await accepted(
            client.send(
                "PATCH", "/api/v1/accounts/update_credentials",
                body: Data(head.utf8) + avatar + Data("\r\n--cut--\r\n".utf8),
                type: "multipart/form-data; boundary=cut"))
    }

    private func author(_ client: Client, _ path: String, of id: String) async throws -> [String: Any]? {
        try await client.get(path).list.first { $0["id"] as? String == id }?["account"] as? [String: Any]
    }

    @Test func aChangedProfileShowsInOlderStatusesAndAfterARestart() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        let (alice, bob) = (people[0], people[1])
        try await bob.follow(alice)
        let id = try await alice.post("before the picture")
        let home = "/api/v1/timelines/home"
        let generated = try await eventually("bob has it at home, with the generated picture") {
            try await author(bob.client, home, of: id)?["avatar"] as? String
        }
        #expect(generated.hasSuffix("/pictures/\(alice.id)/avatar.png"))

        let own = try await upload(alice.client, "Alice A.", Self.gif).object
        let avatar = try #require(own["avatar"] as? String)
        #expect(avatar != generated)
        let path = try #require(URL(string: avatar)?.path)
        for viewer in [alice, bob] {
            try await eventually("\(viewer.name) sees it in the older status") {
                let account = try await author(viewer.client, home, of: id)
                return account?["avatar"] as? String == avatar && account?["display_name"] as? String == "Alice A."
                    ? true : nil
            }
        }
        let picture = try await Client(server.base).get(path)
        #expect(picture.body == Self.gif && picture.headers["content-type"] == "image/gif")
        #expect(picture.headers["x-content-type-options"] == "nosniff")
        let found = try await bob.client.get("/api/v2/search?q=alice%20a&type=accounts").object["accounts"]
        #expect((found as? [[String: Any]])?.first?["id"] as? String == alice.id)
        try await server.process.terminate()

        let again = try await Server.up(data: directory.path + "/data")
        #expect(try await Client(again.base).get(path).body == Self.gif)
        let client = Client(again.base, token: bob.client.token)
        #expect(try await author(client, home, of: id)?["display_name"] as? String == "Alice A.")
        try await again.process.terminate()
    }

    @Test func whoIsAcceptedByALockedAccountGetsWhatItPosts() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob", "carol"], at: server.base)
        let (alice, bob, carol) = (people[0], people[1], people[2])
        _ = try await change(alice.client, "locked=true")
        for person in [bob, carol] {
            let asked = try await accepted(person.client.post("/api/v1/accounts/\(alice.id)/follow")).object
            #expect(asked["requested"] as? Bool == true && asked["following"] as? Bool == false)
        }
        let early = try await alice.post("before anybody may follow")
        try await eventually("alice is told of both requests") {
            let told = try await alice.client.get("/api/v1/notifications?types[]=follow_request").list
            let names = Set(told.compactMap { ($0["account"] as? [String: Any])?["acct"] as? String })
            return names == ["bob", "carol"] ? true : nil
        }
        let waiting = try await alice.client.get("/api/v1/follow_requests").list
        #expect(Set(waiting.compactMap { $0["id"] as? String }) == [bob.id, carol.id])
        let answer = try await accepted(alice.client.post("/api/v1/follow_requests/\(bob.id)/authorize")).object
        #expect(answer["followed_by"] as? Bool == true)
        _ = try await accepted(alice.client.post("/api/v1/follow_requests/\(carol.id)/reject"))

        let secret = try await accepted(
            alice.client.post("/api/v1/statuses", ["status": "for followers", "visibility": "private"])
        ).object
        let id = try #require(secret["id"] as? String)
        try await eventually("bob gets what came after he was accepted") {
            try await bob.timeline("/api/v1/timelines/home") == [id] ? true : nil
        }
        #expect(try await bob.client.get("/api/v1/statuses/\(early)").status == 200)
        #expect(try await carol.client.get("/api/v1/statuses/\(id)").status == 404)
        #expect(try await carol.timeline("/api/v1/timelines/home").isEmpty)
        let followers = try await carol.client.get("/api/v1/accounts/\(alice.id)/followers").list
        #expect(followers.compactMap { $0["id"] as? String } == [bob.id])
        try await server.process.terminate()
    }
}
