import Foundation
import Testing

/// Queue nodes are added and taken away while people post; nobody notices.
@Suite(.timeLimit(.minutes(10)))
struct RingTests {
    /// Far above what a machine that is busy with other tests needs; a producer that waits for a node takes longer.
    private static let slowest = Duration.seconds(5)

    @Test func aNodeIsAddedAndAnotherDrainedAndRemovedWhileStatusesFlow() async throws {
        let seed = UInt64.random(in: 1...999_999)
        print("ring test: seed \(seed)")
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let cluster = Cluster(data: data)
        try await cluster.start()
        let people = try await Person.signUp((0..<12).map { "person\($0)" }, at: await cluster.base)
        let ledger = Ledger()
        for (index, person) in people.enumerated() {
            ledger.join(person.id)
            for other in [people[(index + 1) % people.count], people[(index + 5) % people.count]] {
                try await person.follow(other)
                ledger.follow(person.id, other.id)
            }
        }
        let posting = SteadyPosting(people: people, ledger: ledger)
        async let flow: Void = posting.run(workers: 4, seed: seed)

        let fourth = try ChildProcess("statuscast-queue", ["--name", "q4", "--data", data, "--log-level", "warning"])
        _ = try await fourth.line(containing: "listens on")
        let plan = try await operate(["ring", "--add", "q4", "--drain", "q1"], data)
        #expect(plan.contains("would move"))
        _ = try await operate(["add-node", "q4"], data)
        try await posting.more(100)
        try await eventually("the fourth node has taken streams") {
            try await operate(["ring", "--json"], data).contains("q4")
                && FileManager.default.fileExists(atPath: data + "/queue/q4/receive") ? true : nil
        }
        _ = try await operate(["set-weight", "q4", "2"], data)

        let tooEarly = try await run(["remove-node", "q1"], data)
        #expect(tooEarly.exitCode == 1 && tooEarly.standardError.contains("drain it first"))
        _ = try await operate(["drain-node", "q1", "--wait", "--timeout-seconds", "120"], data)
        _ = try await operate(["remove-node", "q1"], data)
        try await cluster.terminate("queue q1")
        // Everybody knows within about a second; what somebody still tries there goes elsewhere.
        try await posting.more(150)

        posting.stop()
        await flow
        #expect(posting.refusals.isEmpty, "seed \(seed): \(posting.refusals.prefix(3))")
        #expect(posting.slowest < Self.slowest, "seed \(seed): one status took \(posting.slowest)")
        print("ring test: \(posting.count) statuses, the slowest took \(posting.slowest)")
        let file = directory.path + "/ledger.json"
        try ledger.write(to: file)
        let arguments = ["history", "--shared", data + "/shared", "--store", data + "/store", "--ledger", file]
        // Mailboxes that nobody watches are written once a minute.
        try await eventually("mailboxes agree with the ledger", within: .seconds(120), every: .seconds(2)) {
            do {
                return try await Checker.run(arguments)
            } catch {
                print("ring test, not yet: \("\(error)".prefix(600))")
                return nil
            }
        }

        // A process that starts now finds all accounts, which the removed node held a part of.
        try FileManager.default.removeItem(atPath: data + "/queue/q1")
        for key in ["receive", "deliver normal"] {
            try await cluster.kill(key)
            try await cluster.start(key)
        }
        let id = try await people[1].post("after q1")
        try await eventually("followers are known without q1", within: .seconds(30)) {
            try await people[0].timeline("/api/v1/timelines/home").contains(id) ? true : nil
        }
        let status = try await operate(["status"], data)
        #expect(status.contains("q4") && !status.contains("q1"))
        try await fourth.terminate()
        let silent = try await run(["status", "--json"], data)
        #expect(silent.exitCode == 69 && silent.standardError.contains("q4"))
        for key in [
            "api", "deliver bulk", "deliver normal", "deliver priority", "receive", "store", "queue q3", "queue q2",
        ] {
            try await cluster.terminate(key)
        }
    }

    @Test func aWrongChangeIsRefusedAndSaysWhy() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        for (arguments, code, part) in [
            (["drain-node", "q1"], 1, "no active queue node would be left"),
            (["drain-node", "q9"], 66, "no queue node q9"),
            (["add-node", "Q:x"], 2, "no node"),
            (["set-weight", "q1", "0"], 2, "no weight"), (["remove-node", "q1"], 1, "no active queue node"),
        ] as [([String], Int32, String)] {
            let process = try await run(arguments, data)
            #expect(process.exitCode == code, "\(arguments): \(process.standardError)")
            #expect(process.standardError.contains(part), "\(arguments): \(process.standardError)")
        }
        #expect(!FileManager.default.fileExists(atPath: data + "/shared/queue-nodes.json"))
        _ = try await operate(["set-weight", "q1", "3"], data)
        #expect(try await operate(["ring"], data).contains("100 %"))
        try await server.process.terminate()
    }

    private func run(_ arguments: [String], _ data: String) async throws -> ChildProcess {
        let process = try ChildProcess("statuscast", ["queue"] + arguments + ["--data", data])
        try await process.waitForExit(within: .seconds(150))
        return process
    }

    /// What a command says that has to work.
    private func operate(_ arguments: [String], _ data: String) async throws -> String {
        let process = try await run(arguments, data)
        guard process.exitCode == 0 else {
            throw IntegrationError("queue \(arguments): \(process.exitCode) \(process.standardError)")
        }
        try await eventually("the output of \(arguments) has come") { process.standardOutput.isEmpty ? nil : true }
        return process.standardOutput
    }
}
