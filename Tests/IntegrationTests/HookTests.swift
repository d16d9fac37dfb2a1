import Foundation
import Testing

/// What hooks keep back, seen from outside and in the files, with everything in one process.
@Suite(.timeLimit(.minutes(4)))
struct HookTests {
    private static let spam = "BUY NOW AT HTTP://ONE.EXAMPLE AND HTTPS://TWO.EXAMPLE @carol @dave @erin @fay @gus"

    /// Runs `statuscast held …` to its end and answers what it printed.
    private func held(_ arguments: [String], _ server: Server, exitCode: Int32 = 0) async throws -> String {
        let command = try ChildProcess("statuscast", ["held"] + arguments + ["--data", server.data])
        try await command.waitForExit(within: .seconds(20))
        #expect(command.exitCode == exitCode, "\(arguments): \(command.standardError)")
        return command.standardOutput
    }

    private func home(_ person: Person) async throws -> [String] { try await person.timeline("/api/v1/timelines/home") }

    /// Everything that lies in somebody's home, whichever file of it.
    private func homeFiles(_ person: Person, _ server: Server) throws -> String {
        let root = server.data + "/shared/mailboxes"
        let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return try paths.filter { $0.contains("/account-\(person.id)/home.") }.map {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(root)/\($0)")), as: UTF8.self)
        }.joined()
    }

    @Test func spamIsHeldFromOthersUntilAnOperatorDecides() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob", "carol", "dave", "erin", "fay", "gus"], at: server.base)
        let (alice, bob, carol) = (people[0], people[1], people[2])
        try await bob.follow(alice)

        let spam = try await alice.post(Self.spam)
        let other = try await alice.post("AND THIS TOO: " + Self.spam)
        let plain = try await alice.post("a quiet evening")
        try await eventually("the plain one passes") { try await home(bob) == [plain] ? true : nil }
        try await eventually("others do not find it") {
            try await bob.client.get("/api/v1/statuses/\(spam)").status == 404 ? true : nil
        }
        #expect(try await alice.client.get("/api/v1/statuses/\(spam)").status == 200)
        try await eventually("its author sees it") { try await home(alice).contains(spam) ? true : nil }
        #expect(try await carol.client.get("/api/v1/notifications").list.isEmpty)
        let everybodys = try await bob.timeline("/api/v1/timelines/public")
        #expect(!everybodys.contains(spam))
        #expect(try !homeFiles(bob, server).contains("ONE.EXAMPLE"))

        let listed = try await held(["list", "--json"], server)
        #expect(listed.contains("\"id\":\"\(spam)\"") && listed.contains("\"id\":\"\(other)\""))
        let shown = try await held(["show", spam], server)
        #expect(shown.contains("new account 1.5") && shown.contains("ONE.EXAMPLE"))

        #expect(try await held(["release", spam], server) == "\(spam) released\n")
        try await eventually("it is out") { try await home(bob) == [plain, spam] ? true : nil }
        try await eventually("carol is told") {
            try await carol.client.get("/api/v1/notifications").list.isEmpty ? nil : true
        }
        try await eventually("it can be read by its id") {
            try await bob.client.get("/api/v1/statuses/\(spam)").status == 200 ? true : nil
        }
        try await eventually("it is in the file") { try homeFiles(bob, server).contains("ONE.EXAMPLE") ? true : nil }

        #expect(try await held(["refuse", other, "--reason", "no"], server) == "\(other) refused\n")
        try await eventually("its author has lost it") {
            let isGone = try await alice.client.get("/api/v1/statuses/\(other)").status == 404
            let shown = try await home(alice)
            return isGone && shown == [plain, spam] ? true : nil
        }
        #expect(try await held(["list", "--json"], server).isEmpty)
        _ = try await held(["release", other], server, exitCode: 66)
        try await server.process.terminate()
    }

    @Test func theSameTextAgainIsRefused() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        let (alice, bob) = (people[0], people[1])
        try await bob.follow(alice)
        let first = try await alice.post("once is enough")
        let second = try await alice.post("Once  is ENOUGH")
        let last = try await alice.post("something else")
        try await eventually("the others are there") { try await home(bob) == [last, first] ? true : nil }
        try await eventually("the double is gone") {
            try await alice.client.get("/api/v1/statuses/\(second)").status == 404 ? true : nil
        }
        #expect(try await home(alice) == [last, first])
        try await server.process.terminate()
    }

    @Test func whatRecipientsDoNotWantIsNotDelivered() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(
            ["ada", "muter", "blocker", "filterer", "reader", "friend"], at: server.base)
        let (ada, muter, blocker, filterer, reader, friend) = (
            people[0], people[1], people[2], people[3], people[4], people[5]
        )
        for person in [muter, blocker, filterer, reader] { try await person.follow(ada) }
        try await filterer.follow(friend)
        try await accepted(muter.client.post("/api/v1/accounts/\(ada.id)/mute"))
        let block = try await accepted(blocker.client.post("/api/v1/accounts/\(ada.id)/block"))
        #expect(block.object["blocking"] as? Bool == true && block.object["following"] as? Bool == false)
        #expect(try await blocker.client.post("/api/v1/accounts/\(ada.id)/follow").status == 403)
        try await accepted(
            filterer.client.post(
                "/api/v2/filters",
                [
                    "title": "Sports", "context": ["home"], "filter_action": "hide",
                    "keywords_attributes": [["keyword": "football", "whole_word": true]],
                ]))

        let question = try await friend.post("who is there?")
        let plain = try await ada.post("plain words")
        let sport = try await ada.post("all about football")
        let mention = try await ada.post("hey @blocker and @muter")
        let reply = try await ada.post("me, an answer", ["in_reply_to_id": question])
        let last = try await ada.post("the last one")

        try await eventually("the reader has all but the reply to a stranger") {
            try await home(reader) == [last, mention, sport, plain] ? true : nil
        }
        try await eventually("the filter hides, and the reply comes") {
            try await home(filterer) == [last, reply, mention, plain, question] ? true : nil
        }
        try await eventually("it is in the reader's file") {
            try homeFiles(reader, server).contains("the last one") ? true : nil
        }
        #expect(try await home(muter).isEmpty)
        #expect(try await home(blocker).isEmpty)
        #expect(try homeFiles(muter, server).isEmpty && homeFiles(blocker, server).isEmpty)
        #expect(try !homeFiles(filterer, server).contains("football"))
        #expect(try !homeFiles(reader, server).contains("an answer"))
        for person in [muter, blocker] {
            let told = try await person.client.get("/api/v1/notifications").list
            #expect(told.isEmpty, "\(person.name)")
        }
        #expect(try await blocker.client.get("/api/v1/accounts/\(ada.id)/statuses").list.isEmpty)
        #expect(try await ada.client.get("/api/v1/statuses/\(plain)").status == 200)

        try await accepted(muter.client.post("/api/v1/accounts/\(ada.id)/unmute"))
        let again = try await ada.post("hello again")
        try await eventually("what comes later is delivered") { try await home(muter) == [again] ? true : nil }
        try await server.process.terminate()
    }
}
