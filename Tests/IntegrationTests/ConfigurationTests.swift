import Foundation
import Testing

/// Configuration of real processes: faults, reload, the commands.
@Suite(.timeLimit(.minutes(3)))
struct ConfigurationTests {
    @Test func allFaultsAreToldAtOnceAndEndWithTwo() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/statuscast.yaml"
        try "front:\n  lisen: localhost:3000\ndeliver:\n  sweep_interval: never\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        let commands: [(String, [String])] = [
            ("statuscast", ["up"]), ("statuscast-api", []), ("statuscast-queue", []), ("statuscast-store", []),
            ("statuscast-receive", []), ("statuscast-deliver", ["--lane", "normal"]),
            ("statuscast", ["config", "check"]), ("statuscast", ["config", "print"]),
        ]
        for (name, arguments) in commands {
            let process = try ChildProcess(
                name, arguments + ["--config", file, "--log-level", "loud", "--data", directory.path + "/data"])
            try await process.waitForExit()
            #expect(process.exitCode == 2, "\(name)")
            let said = process.standardError
            #expect(said.contains("\(file):2: front.lisen is no setting; did you mean front.listen?"), "\(said)")
            #expect(said.contains("\(file):4: deliver.sweep_interval: \"never\" is wrong"), "\(said)")
            #expect(said.contains("--log-level: log.level: \"loud\" is wrong"), "\(said)")
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/data"))
    }

    @Test(arguments: [["--listen", "nonsense"], ["--listen", "x:99999"], ["--rate-limits", "perhaps"]])
    func aWrongValueOfAFlagIsAFaultOfTheConfiguration(flags: [String]) async throws {
        let process = try ChildProcess("statuscast", ["up"] + flags)
        try await process.waitForExit()
        #expect(process.exitCode == 2)
        #expect(process.standardError.contains(flags[0]) && process.standardError.contains(flags[1]))
    }

    @Test func aMissingFileAndAMissingLaneEndWithTwo() async throws {
        let directory = try TemporaryDirectory()
        let data = ["--data", directory.path + "/data"]
        let noFile = try ChildProcess("statuscast-store", data + ["--config", directory.path + "/none.yaml"])
        let noLane = try ChildProcess("statuscast-deliver", data)
        try await noFile.waitForExit()
        try await noLane.waitForExit()
        #expect(noFile.exitCode == 2 && noFile.standardError.contains("none.yaml: cannot be read"))
        #expect(noLane.exitCode == 2 && noLane.standardError.contains("--lane"))
    }

    @Test func printSaysWhereEachValueComesFrom() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/statuscast.yaml"
        try "front:\n  title: Ours\n".write(toFile: file, atomically: true, encoding: .utf8)
        let process = try ChildProcess(
            "statuscast", ["config", "print", "--json", "--config", file, "--set", "deliver.writer_threads=5"],
            environment: ["STATUSCAST_DOMAIN": "print.example"])
        try await process.waitForExit()
        try await eventually("all is printed") { process.standardOutput.hasSuffix("}\n") ? true : nil }
        let object = try JSONSerialization.jsonObject(with: Data(process.standardOutput.utf8))
        let settings = try #require(object as? [String: [String: Any]])
        func row(_ name: String) -> [String] {
            ["value", "origin"].map { settings[name]?[$0] as? String ?? "" }
        }
        #expect(row("front.title") == ["Ours", "\(file):2"])
        #expect(row("domain") == ["print.example", "STATUSCAST_DOMAIN"])
        #expect(row("deliver.writer_threads") == ["5", "--set deliver.writer_threads"])
        #expect(row("store.journal") == ["wal", "default"])
        #expect(process.exitCode == 0)
    }

    @Test func hangupAppliesWhatMayChangeAndKeepsTheOldOnAFault() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/statuscast.yaml"
        func write(_ text: String) throws { try text.write(toFile: file, atomically: true, encoding: .utf8) }
        try write("front:\n  listen: 127.0.0.1:0\n  sign_up: open\n  title: One\n")
        let process = try ChildProcess("statuscast", ["up", "--config", file, "--data", directory.path + "/data"])
        let base = try Server.address(in: try await process.line(containing: "serves http://"))
        let client = Client(base)
        func registrations() async throws -> Bool? {
            try await client.get("/api/v1/instance").object["registrations"] as? Bool
        }
        #expect(try await registrations() == true)

        try write("front:\n  listen: 127.0.0.1:0\n  sign_up: closed\n  title: Two\n  rate_limits: off\n")
        process.signal(SIGHUP)
        try await eventually("what changed is said") {
            let said = process.standardError
            return said.contains("front.sign_up, front.rate_limits took effect")
                && said.contains("front.title changed, and need a restart") ? true : nil
        }
        #expect(try await registrations() == false)
        #expect(try await client.get("/api/v1/instance").object["title"] as? String == "One")
        #expect(try await client.get("/api/v1/instance").headers["x-ratelimit-limit"] == nil)

        try write("front:\n  sign_up: perhaps\n")
        process.signal(SIGHUP)
        try await eventually("the fault is said") {
            process.standardError.contains("configuration not reloaded, the old values stay: \(file):2: front.sign_up")
                ? true : nil
        }
        #expect(try await registrations() == false)
        #expect(process.isRunning)
        try await process.terminate()
        #expect(process.exitCode == 0)
    }

    @Test func theDomainIsSetOnceForTheCluster() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let first = try ChildProcess(
            "statuscast", ["up", "--data", data, "--listen", "127.0.0.1:0", "--domain", "first.example"])
        let base = try Server.address(in: try await first.line(containing: "serves http://"))
        #expect(try await Client(base).get("/api/v1/instance").object["uri"] as? String == "first.example")
        try await first.terminate()

        // Told nothing, a process takes what the cluster has.
        let second = try ChildProcess("statuscast", ["up", "--data", data, "--listen", "127.0.0.1:0"])
        let again = try Server.address(in: try await second.line(containing: "serves http://"))
        #expect(try await Client(again).get("/api/v1/instance").object["uri"] as? String == "first.example")
        try await second.terminate()

        let judge = try ChildProcess("statuscast-receive", ["--data", data, "--domain", "other.example"])
        try await judge.waitForExit()
        #expect(judge.exitCode == 2)
        #expect(
            judge.standardError.contains("--domain: domain is other.example, but this cluster has had first.example"))
    }
}
