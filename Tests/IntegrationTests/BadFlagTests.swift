import Foundation
import Testing

/// Every executable with values that it cannot use: the end, with a reason that names the flag or the value.
@Suite(.timeLimit(.minutes(5)))
struct BadFlagTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var executable: String
        var arguments: [String]
        /// What the message must name.
        var names: String
        var testDescription: String { ([executable] + arguments.map { String($0.prefix(30)) }).joined(separator: " ") }
    }

    /// The argument parser ends with 64, the configuration with 2: systemd starts neither again. Not 1, which it does.
    private static let refusals: Set<Int32> = [2, 64]
    private static let all = [
        ("statuscast", ["up"]), ("statuscast-queue", []), ("statuscast-receive", []), ("statuscast-store", []),
        ("statuscast-deliver", ["--lane", "normal"]), ("statuscast-api", []),
    ]

    private static let ofEveryone = all.flatMap { name, arguments in
        [
            (["--log-level", "loud"], "loud"), (["--nonsense"], "--nonsense"), (["--data", ""], "data"),
            (["--data"], "--data"), (["surplus"], "surplus"),
        ].map { Refusal(executable: name, arguments: arguments + $0.0, names: $0.1) }
    }

    private static let ofThoseWithPeers = all.dropFirst(2).flatMap { name, arguments in
        [
            (["--queue-nodes", "Q_1"], "Q_1"), (["--queue-nodes", "q1,q1"], "q1"),
            (["--queue-nodes", "q1=nonsense"], "nonsense"), (["--queue-nodes", "q1=tcp:host"], "tcp:host"),
            (["--queue-nodes", "q1=tcp:host:70000"], "70000"),
        ].map { Refusal(executable: name, arguments: arguments + $0.0, names: $0.1) }
    }

    private static let ofOne: [Refusal] = [
        Refusal(executable: "statuscast-queue", arguments: ["--name", "a/b"], names: "a/b"),
        Refusal(executable: "statuscast-queue", arguments: ["--listen", "nonsense"], names: "nonsense"),
        Refusal(executable: "statuscast-queue", arguments: ["--listen", "tcp:127.0.0.1:70000"], names: "70000"),
        Refusal(executable: "statuscast-store", arguments: ["--peer-listen", "nonsense"], names: "nonsense"),
        Refusal(executable: "statuscast-api", arguments: ["--peer-listen", "nonsense"], names: "nonsense"),
        Refusal(executable: "statuscast-api", arguments: ["--listen", "nonsense"], names: "nonsense"),
        Refusal(executable: "statuscast-api", arguments: ["--listen", "localhost:-1"], names: "localhost:-1"),
        Refusal(executable: "statuscast-api", arguments: ["--rate-limits", "maybe"], names: "maybe"),
        Refusal(
            executable: "statuscast-api", arguments: ["--instance", String(repeating: "a", count: 120)], names: "aaaa"),
        Refusal(executable: "statuscast-deliver", arguments: ["--lane", "fast"], names: "fast"),
        Refusal(executable: "statuscast-deliver", arguments: [], names: "--lane"),
        Refusal(
            executable: "statuscast-deliver", arguments: ["--lane", "bulk", "--peer-listen", "nonsense"],
            names: "nonsense"),
        Refusal(
            executable: "statuscast-deliver",
            arguments: ["--lane", "bulk", "--instance", String(repeating: "a", count: 120)], names: "aaaa"),
    ]

    @Test(arguments: ofEveryone + ofThoseWithPeers + ofOne)
    func isRefused(_ refusal: Refusal) async throws {
        let directory = try TemporaryDirectory()
        // Where `--data` is not what is wrong, a directory that may be used.
        let data = refusal.arguments.contains("--data") ? [] : ["--data", directory.path + "/data"]
        let process = try ChildProcess(refusal.executable, refusal.arguments + data)
        try await process.waitForExit(within: .seconds(20))
        #expect(Self.refusals.contains(process.exitCode), "\(process.exitCode): \(process.standardError)")
        try await eventually("it says why") { process.standardError.contains(refusal.names) ? true : nil }
        #expect(!process.standardOutput.contains("serves") && !process.standardOutput.contains("listens"))
    }
}
