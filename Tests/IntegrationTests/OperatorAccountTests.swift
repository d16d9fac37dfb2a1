import Foundation
import Testing

/// What an operator decides about accounts, seen by everybody else through the pipeline.
@Suite(.timeLimit(.minutes(3)))
struct OperatorAccountTests {
    private func signIn(_ name: String, _ password: String, at base: String) async throws -> Client.Answer {
        let app = try await accepted(
            Client(base).post(
                "/api/v1/apps",
                ["client_name": "t", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write follow"])
        ).object
        return try await Client(base).post(
            "/oauth/token",
            [
                "grant_type": "password", "client_id": app["client_id"] ?? "",
                "client_secret": app["client_secret"] ?? "", "username": name, "password": password,
                "scope": "read write follow",
            ])
    }

    @Test func accountsAreMadeAndListed() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        let made = try await OperatorCommand.done(
            [
                "account", "add", "alice", "--email", "alice@example.org", "--generate-password", "--display-name",
                "Al",
                "--priority", "--json",
            ], data: data)
        let account = try #require(try made.objects.first)
        let password = try #require(account["password"] as? String)
        #expect(account["priority"] as? Bool == true && account["display_name"] as? String == "Al")
        #expect(try await signIn("alice", password, at: server.base).status == 200)
        try await OperatorCommand.done(
            ["account", "add", "bob", "--email", "bob@example.org"], data: data, input: "a secret of bob\n")
        #expect(try await signIn("bob@example.org", "a secret of bob", at: server.base).status == 200)

        let taken = try await OperatorCommand.run(
            ["account", "add", "ALICE", "--email", "other@example.org", "--generate-password"], data: data)
        #expect(taken.exitCode == 1 && taken.complaints.contains("already been taken"))
        #expect(taken.output.isEmpty)
        let bad = try await OperatorCommand.run(
            ["account", "add", "no name", "--email", "x", "--generate-password"], data: data)
        #expect(bad.exitCode == 1 && bad.complaints.contains("Username") && bad.complaints.contains("Email"))
        let silent = try await OperatorCommand.run(["account", "add", "x", "--email", "x@example.org"], data: data)
        #expect(silent.exitCode == 2 && silent.complaints.contains("--generate-password"))

        let list = try await OperatorCommand.done(["account", "list", "--json"], data: data).objects
        #expect(list.map { $0["username"] as? String } == ["alice", "bob"])
        #expect(list.allSatisfy { $0["password"] == nil })
        let first = try await OperatorCommand.done(["account", "list", "--limit", "1"], data: data)
        #expect(first.output.contains("alice") && !first.output.contains("bob"))
        let id = try #require(account["id"] as? String)
        #expect(first.complaints.contains("--after \(id)"))
        let second = try await OperatorCommand.done(["account", "list", "--after", id, "--json"], data: data).objects
        #expect(second.map { $0["username"] as? String } == ["bob"])
        try await OperatorCommand.done(["account", "set-priority", "off", "alice"], data: data)
        try await OperatorCommand.done(["account", "set-priority", "on", "@BOB"], data: data)
        let prior = try await OperatorCommand.done(["account", "list", "--state", "priority", "--json"], data: data)
        #expect(try prior.objects.map { $0["username"] as? String } == ["bob"])
        let near = try await OperatorCommand.run(["account", "suspend", "alcie"], data: data)
        #expect(near.exitCode == 66 && near.complaints.contains("did you mean alice?"))
        try await server.process.terminate()

        let away = try await OperatorCommand.run(["account", "list"], data: data)
        #expect(away.exitCode == 69 && away.complaints.contains("statuscast up"))
    }

    @Test func aSuspendedAccountIsShutOutAndHiddenUntilItIsTakenBack() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        let (alice, bob) = (people[0], people[1])
        try await bob.follow(alice)
        let id = try await alice.post("hello #swift")
        let paths = ["home", "public", "tag/swift"].map { "/api/v1/timelines/\($0)" }
        for path in paths {
            try await eventually("it is in \(path)") { try await bob.timeline(path) == [id] ? true : nil }
        }
        let told = try await OperatorCommand.done(["account", "suspend", "alice", "--json"], data: data)
        #expect(try told.objects.first?["suspended"] as? Bool == true)

        for path in paths + ["/api/v1/accounts/\(alice.id)/statuses"] {
            try await eventually("it is not in \(path)") { try await bob.timeline(path).isEmpty ? true : nil }
        }
        try await eventually("its token is refused") {
            try await alice.client.get("/api/v1/timelines/home").status == 403 ? true : nil
        }
        #expect(try await alice.client.post("/api/v1/statuses", ["status": "more"]).status == 403)
        #expect(try await signIn("alice", "correct horse alice", at: server.base).status == 400)
        #expect(try await bob.client.get("/api/v1/statuses/\(id)").status == 404)
        #expect(try await bob.client.get("/api/v1/accounts/\(alice.id)").object["suspended"] as? Bool == true)
        #expect(try await bob.client.post("/api/v1/accounts/\(alice.id)/unfollow").status == 200)
        #expect(try await bob.client.post("/api/v1/accounts/\(alice.id)/follow").status == 404)
        let post = try await OperatorCommand.run(["post", "--as", "alice", "x"], data: data)
        #expect(post.exitCode == 1 && post.complaints.contains("suspended"))
        let shown = try await OperatorCommand.done(["timeline", "public", "--json"], data: data)
        #expect(shown.output.isEmpty)

        try await OperatorCommand.done(["account", "unsuspend", alice.id], data: data)
        try await eventually("its token counts again") {
            try await alice.client.get("/api/v1/timelines/home").status == 200 ? true : nil
        }
        try await eventually("it is shown again") {
            try await bob.timeline("/api/v1/timelines/public") == [id] ? true : nil
        }
        try await server.process.terminate()
    }

    @Test func aSilencedAccountReachesOnlyItsFollowers() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        let people = try await Person.signUp(["alice", "bob", "carol"], at: server.base)
        let (alice, bob, carol) = (people[0], people[1], people[2])
        try await bob.follow(alice)
        let before = try await alice.post("before #swift")
        try await eventually("it is public") {
            try await carol.timeline("/api/v1/timelines/public") == [before] ? true : nil
        }
        try await OperatorCommand.done(["account", "silence", "alice"], data: data)
        try await eventually("it is limited") {
            try await carol.client.get("/api/v1/accounts/\(alice.id)").object["limited"] as? Bool == true ? true : nil
        }
        let during = try await alice.post("during #swift @bob @carol")
        try await alice.follow(carol)
        try await eventually("the follower has it") {
            try await bob.timeline("/api/v1/timelines/home") == [during, before] ? true : nil
        }
        try await eventually("the follower is notified") {
            try await bob.client.get("/api/v1/notifications").list.first?["type"] as? String == "mention" ? true : nil
        }
        // What comes after in the same queue has been there: so what is not there will not come.
        let marker = try await bob.post("marker @carol #swift")
        for path in ["/api/v1/timelines/public", "/api/v1/timelines/tag/swift"] {
            try await eventually("strangers see only the marker in \(path)") {
                try await carol.timeline(path) == [marker] ? true : nil
            }
        }
        try await eventually("the stranger is notified of the marker alone") {
            let list = try await carol.client.get("/api/v1/notifications").list
            return list.map { $0["type"] as? String } == ["mention"] ? true : nil
        }
        try await OperatorCommand.done(["account", "unsilence", "alice"], data: data)
        let after = try await alice.post("after")
        try await eventually("it reaches everybody again, but for what it wrote meanwhile") {
            try await carol.timeline("/api/v1/timelines/public") == [after, marker, before] ? true : nil
        }
        try await server.process.terminate()
    }

    @Test func aDeletedAccountIsGoneWithAllItWroteAlsoAfterARestart() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        let (alice, bob) = (people[0], people[1])
        try await bob.follow(alice)
        try await alice.follow(bob)
        let gone = try await alice.post("goes @bob #swift")
        let kept = try await bob.post("stays")
        try await eventually("both are at home") {
            try await bob.timeline("/api/v1/timelines/home") == [kept, gone] ? true : nil
        }
        let unsure = try await OperatorCommand.run(["account", "delete", "alice"], data: data)
        #expect(unsure.exitCode == 2 && unsure.complaints.contains("--yes"))
        try await OperatorCommand.done(["account", "delete", "alice", "--yes"], data: data)
        try await OperatorCommand.done(["account", "delete", "alice", "--yes"], data: data)

        func isGone(_ bob: Client, _ when: String) async throws {
            try await eventually("its statuses are gone \(when)") {
                let home = try await bob.get("/api/v1/timelines/home").list.compactMap { $0["id"] as? String }
                let notes = try await bob.get("/api/v1/notifications").list
                let tagged = try await bob.get("/api/v1/timelines/tag/swift").list
                return home == [kept] && notes.isEmpty && tagged.isEmpty ? true : nil
            }
            #expect(try await bob.get("/api/v1/statuses/\(gone)").status == 404)
            #expect(try await bob.get("/api/v1/accounts/\(alice.id)").status == 404)
            let own = try await bob.get("/api/v1/accounts/verify_credentials").object
            #expect(own["followers_count"] as? Int == 0 && own["following_count"] as? Int == 0)
        }
        try await isGone(bob.client, "at once")
        #expect(try await alice.client.get("/api/v1/timelines/home").status == 401)
        #expect(try await signIn("alice", "correct horse alice", at: server.base).status == 400)
        let again = try await OperatorCommand.run(
            ["account", "add", "alice", "--email", "alice@example.org", "--generate-password"], data: data)
        #expect(again.exitCode == 1 && again.complaints.contains("Username"))
        let suspend = try await OperatorCommand.run(["account", "suspend", "alice"], data: data)
        #expect(suspend.exitCode == 66 && suspend.complaints.contains("deleted"))
        let home = try await OperatorCommand.done(["timeline", "bob", "--json"], data: data).objects
        #expect(home.map { $0["id"] as? String } == [kept])
        try await server.process.terminate()

        let restarted = try await Server.up(data: data)
        try await isGone(Client(restarted.base, token: bob.client.token), "after a restart")
        try await restarted.process.terminate()
    }
}
