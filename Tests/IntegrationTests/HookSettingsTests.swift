import Foundation
import Testing

/// What an operator says to hooks: before the start, and while they run.
@Suite(.timeLimit(.minutes(3)))
struct HookSettingsTests {
    private func config(holdScore: Int, list: String) -> String {
        """
        front:
          listen: 127.0.0.1:0
          rate_limits: off
        receive:
          term_list: \(list)
          spam_hold_score: \(holdScore)
          route_topics: route.alerts
        """
    }

    @Test func theListAndTheSpamRulesAreTakenOverOnHangup() async throws {
        let directory = try TemporaryDirectory()
        let (file, list) = (directory.path + "/statuscast.yaml", directory.path + "/terms")
        let data = directory.path + "/data"
        func write(_ text: String, to path: String) throws {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        try write("copy:route.alerts word outage\n", to: list)
        try write(config(holdScore: 5, list: list), to: file)
        let process = try ChildProcess("statuscast", ["up", "--config", file, "--data", data])
        let base = try Server.address(in: try await process.line(containing: "serves http://"))
        try await Server.ready(base)
        let people = try await Person.signUp(["alice", "bob"], at: base)
        let (alice, bob) = (people[0], people[1])
        func fate(of id: String) async throws -> Int { try await bob.client.get("/api/v1/statuses/\(id)").status }

        let plain = try await alice.post("see https://one.example after the outage")
        try await eventually("it is out") {
            try await bob.timeline("/api/v1/timelines/public") == [plain] ? true : nil
        }
        let status = try await OperatorCommand.run(["queue", "status", "--json"], data: data).objects
        let route = try #require(status.first { $0["topic"] as? String == "route.alerts" })
        #expect(route["depth_frames"] as? Int == 1, "the copy waits for a route worker")

        try write("refuse word casino\n", to: list)
        try write(config(holdScore: 2, list: list), to: file)
        process.signal(SIGHUP)
        try await eventually("what changed is said") {
            process.standardError.contains("receive.spam_hold_score took effect")
                && process.standardError.components(separatedBy: "the list of words and links was read").count > 2
                ? true : nil
        }
        let held = try await alice.post("see https://two.example after the outage")
        let refused = try await alice.post("off to the casino")
        try await eventually("one is held, and one is gone") {
            let (held, refused) = (try await fate(of: held), try await fate(of: refused))
            return held == 404 && refused == 404 ? true : nil
        }
        let waiting = try await OperatorCommand.run(["held", "list", "--json"], data: data).objects
        #expect(waiting.map { $0["id"] as? String } == [held])
        #expect(try await alice.client.get("/api/v1/statuses/\(held)").status == 200)
        #expect(try await alice.client.get("/api/v1/statuses/\(refused)").status == 404)
        try await process.terminate()
    }

    @Test func everyFaultIsSaidBeforeTheStart() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/statuscast.yaml"
        try """
        front:
          sign_up: perhaps
        receive:
          route_topics: accounts
          spam_hold_score: 101
        deliver:
          route_topics: route.a,route.a
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let process = try ChildProcess("statuscast", ["up", "--config", file, "--data", directory.path + "/data"])
        try await process.waitForExit(within: .seconds(20))
        #expect(process.exitCode == 2)
        for name in ["front.sign_up", "receive.route_topics", "receive.spam_hold_score", "deliver.route_topics"] {
            #expect(process.standardError.contains(name), "\(name) in \(process.standardError)")
        }
    }

    @Test func whoCeasesToFollowSeesNoMoreOfWhatIsForFollowers() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        let (alice, bob) = (people[0], people[1])
        try await bob.follow(alice)
        let everybody = try await alice.post("for everybody")
        let followers = try await alice.post("for followers", ["visibility": "private"])
        let pages = ["/api/v1/timelines/home", "/api/v1/accounts/\(alice.id)/statuses"]
        for page in pages {
            try await eventually("\(page) shows both") {
                try await bob.timeline(page) == [followers, everybody] ? true : nil
            }
        }
        try await accepted(bob.client.post("/api/v1/accounts/\(alice.id)/unfollow"))
        for page in pages {
            try await eventually("\(page) shows what is for everybody") {
                try await bob.timeline(page) == [everybody] ? true : nil
            }
        }
        #expect(try await bob.client.get("/api/v1/statuses/\(followers)").status == 404)
        try await bob.follow(alice)
        try await eventually("and both again") {
            try await bob.timeline(pages[0]) == [followers, everybody] ? true : nil
        }
        try await server.process.terminate()
    }
}
