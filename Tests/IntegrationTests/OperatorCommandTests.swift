import Foundation
import Testing

/// The operator's commands about statuses and mailboxes, and what all commands have in common.
@Suite(.timeLimit(.minutes(3)))
struct OperatorCommandTests {
    private func add(_ name: String, data: String) async throws {
        try await OperatorCommand.done(
            ["account", "add", name, "--email", "\(name)@example.org", "--generate-password"], data: data)
    }

    @Test func statusesArePostedAndRead() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        for name in ["alice", "bob"] { try await add(name, data: data) }
        let posted = try await OperatorCommand.done(["post", "--as", "alice", "Hello @bob #swift"], data: data)
        let id = posted.output.trimmingCharacters(in: .newlines)
        let reply = try await OperatorCommand.done(
            [
                "post", "--as", "@bob", "--reply-to", id, "--visibility", "unlisted", "--spoiler", "look", "--language",
                "en", "--json",
            ], data: data, input: "from\nstandard input\n")
        let replyID = try #require(try reply.objects.first?["id"] as? String)
        #expect(try reply.objects.first?["url"] as? String != nil)

        let outbox = try await eventually("bob's reply is in his outbox") {
            let outbox = try await OperatorCommand.done(["timeline", "outbox/bob", "--json"], data: data)
            return outbox.output.isEmpty ? nil : outbox
        }
        let shown = try #require(try outbox.objects.first)
        #expect(shown["id"] as? String == replyID && shown["text"] as? String == "from\nstandard input")
        #expect(shown["spoiler_text"] as? String == "look" && shown["language"] as? String == "en")
        #expect(shown["in_reply_to_id"] as? String == id && shown["visibility"] as? String == "unlisted")
        for timeline in ["public", "tag/swift", "alice", "notifications/bob", "outbox/alice"] {
            try await eventually("it is in \(timeline)") {
                try await OperatorCommand.done(["timeline", timeline], data: data).output.contains("Hello @bob")
                    ? true : nil
            }
        }
        let older = try await OperatorCommand.done(["timeline", "public", "--before", id, "--json"], data: data)
        #expect(older.output.isEmpty)
        let front = try await Client(server.base).get("/api/v1/statuses/\(id)")
        #expect(front.object["content"] as? String != nil)

        let key = ["post", "--as", "alice", "once", "--idempotency-key", "k"]
        for _ in 0..<2 { try await OperatorCommand.done(key, data: data) }
        let last = try await OperatorCommand.done(["post", "--as", "alice", "last"], data: data).output
        try await eventually("the last one is there") {
            try await OperatorCommand.done(["timeline", "public"], data: data).output.contains(
                last.trimmingCharacters(in: .newlines)) ? true : nil
        }
        let all = try await OperatorCommand.done(["timeline", "public", "--json"], data: data).objects
        #expect(all.map { $0["text"] as? String }.filter { $0 == "once" }.count == 1)

        for (arguments, code) in [
            (["post", "--as", "nobody", "x"], 66), (["post", "--as", "alice", "  "], 1),
            (["post", "--as", "alice", String(repeating: "x", count: 501)], 1),
            (["post", "--as", "alice", "--reply-to", "5", "x"], 66),
            (["post", "--as", "alice", "--visibility", "x"], 2),
            (["timeline", "home/nobody"], 66), (["timeline", "inbox/alice"], 2),
            (["timeline", "public", "--limit", "0"], 2),
        ] as [([String], Int32)] {
            let refused = try await OperatorCommand.run(arguments, data: data)
            #expect(refused.exitCode == code, "\(arguments): \(refused.complaints)")
            #expect(refused.output.isEmpty && !refused.complaints.isEmpty)
        }
        try await server.process.terminate()

        let away = try await OperatorCommand.run(["post", "--as", "alice", "x"], data: data)
        #expect(away.exitCode == 69)
        let disk = try await OperatorCommand.done(["timeline", "public"], data: data)
        #expect(disk.output.contains("Hello @bob") && disk.complaints.contains("as it lies on disk"))
    }

    @Test func separateProcessesAnswerLikeOne() async throws {
        let directory = try TemporaryDirectory()
        let cluster = Cluster(data: directory.path + "/data")
        try await cluster.start()
        let data = cluster.data
        for name in ["alice", "bob"] { try await add(name, data: data) }
        let id = try await OperatorCommand.done(["post", "--as", "alice", "Hello"], data: data).output
            .trimmingCharacters(in: .newlines)
        try await eventually("it is at home") {
            try await OperatorCommand.done(["timeline", "alice", "--json"], data: data).output.contains(id) ? true : nil
        }
        try await OperatorCommand.done(["account", "suspend", "alice", "bob"], data: data)
        try await OperatorCommand.done(["account", "unsuspend", "alice", "bob"], data: data)
        try await cluster.kill("api")
        let without = try await OperatorCommand.run(["post", "--as", "alice", "x"], data: data)
        #expect(without.exitCode == 69 && without.complaints.contains("front"))
        try await cluster.kill("store")
        let away = try await OperatorCommand.run(["account", "list"], data: data)
        #expect(away.exitCode == 69)
        try await cluster.stop()
    }

    @Test func mailboxesAreShownAndTheirDamageIsFound() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        try await add("alice", data: data)
        var ids: [String] = []
        for text in ["one", "two", "three"] {
            ids.append(
                try await OperatorCommand.done(["post", "--as", "alice", text], data: data).output
                    .trimmingCharacters(in: .newlines))
        }
        try await eventually("all are at home") {
            try await OperatorCommand.done(["mailbox", "show", "alice", "--json"], data: data).objects
                .compactMap { $0["id"] as? String } == ids ? true : nil
        }
        let one = try await OperatorCommand.done(["mailbox", "show", "home/alice", ids[1], "--json"], data: data)
        #expect(try one.objects.map { $0["text"] as? String } == ["two"])
        let raw = try await OperatorCommand.done(["mailbox", "show", "alice", "--raw", "--tail", "2"], data: data)
        #expect(raw.output.components(separatedBy: "From statuscast ").count == 3)
        let path = try await OperatorCommand.done(["mailbox", "path", "home/alice"], data: data).output
            .trimmingCharacters(in: .newlines)
        #expect(raw.output.utf8.count < (try Data(contentsOf: URL(fileURLWithPath: path)).count))
        let list = try await OperatorCommand.done(["mailbox", "list", "alice", "--json"], data: data).objects
        let home = try #require(list.first { $0["path"] as? String == path })
        #expect(home["records"] as? Int == 3 && home["lane"] as? String == "normal" && home["findings"] as? Int == 0)
        for (arguments, code) in [
            (["mailbox", "show", "alice", "5"], 66), (["mailbox", "show", "nobody"], 66),
            (["mailbox", "path", "tag/nothing"], 66), (["mailbox", "list", "x/y"], 2),
            (["mailbox", "show", "alice", "--tail", "0"], 2), (["mailbox", "show", "alice", "--raw", "--json"], 2),
        ] as [([String], Int32)] {
            let refused = try await OperatorCommand.run(arguments, data: data)
            #expect(refused.exitCode == code, "\(arguments): \(refused.complaints)")
        }
        try await server.process.terminate()

        let whole = try await OperatorCommand.done(["mailbox", "check", "--json", "--progress"], data: data).objects
        #expect((whole.first?["summary"] as? [String: Any])?["findings"] as? Int == 0)
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[bytes.count - 4] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let damaged = try await OperatorCommand.run(["mailbox", "check"], data: data)
        #expect(
            damaged.exitCode == 1 && damaged.output.contains("\(path): byte ") && damaged.output.contains("damaged"))
        let told = try await OperatorCommand.run(["mailbox", "check", "--json"], data: data)
        #expect(told.exitCode == 1)
        #expect(try told.objects.first?["path"] as? String == path)
        #expect(try told.objects.first?["finding"] as? String == "damaged")
        #expect(try told.objects.count == 2)
    }

    @Test func everyCommandHelpsAndCompletes() async throws {
        let version = try await OperatorCommand.run(["version", "--json"])
        #expect(try version.objects.first?["version"] as? String != nil)
        for command in [
            "account add", "account list", "account suspend", "account unsuspend", "account silence",
            "account unsilence", "account delete", "account set-priority", "post", "timeline", "mailbox list",
            "mailbox show", "mailbox check", "mailbox path", "version",
        ] {
            let help = try await OperatorCommand.run(command.split(separator: " ").map(String.init) + ["--help"])
            #expect(help.exitCode == 0 && help.output.contains("Exit codes"), "\(command)")
        }
        for shell in ["bash", "zsh", "fish"] {
            let script = try await OperatorCommand.run(["--generate-completion-script", shell])
            #expect(script.exitCode == 0 && script.output.contains("set-priority"))
        }
        let nowhere = try await OperatorCommand.run(["account", "list"], data: "/nonexistent")
        #expect(nowhere.exitCode == 2 && nowhere.complaints.contains("/nonexistent"))
        let unknown = try await OperatorCommand.run(["acount"])
        #expect(unknown.exitCode == 2)
    }
}
