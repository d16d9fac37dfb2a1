import Foundation
import Testing

/// What a process says when it cannot start, and what it says where its role is not there yet.
@Suite(.timeLimit(.minutes(2)))
struct StartTests {
    @Test func aPortInUseIsNamed() async throws {
        let directory = try TemporaryDirectory()
        let first = try await Server.up(data: directory.path + "/one")
        let port = try #require(first.base.split(separator: ":").last)
        let second = try ChildProcess(
            "statuscast", ["up", "--data", directory.path + "/two", "--listen", "127.0.0.1:\(port)"])
        try await second.waitForExit(within: .seconds(20))
        #expect(second.exitCode == 1)
        #expect(second.standardError.contains("127.0.0.1:\(port)"))
        #expect(second.standardError.contains("in use"))
        try await first.process.terminate()
    }

    @Test func aSecondServerOnTheSameDataIsRefused() async throws {
        let directory = try TemporaryDirectory()
        let first = try await Server.up(data: directory.path + "/data")
        let second = try ChildProcess(
            "statuscast", ["up", "--data", directory.path + "/data", "--listen", "127.0.0.1:0"])
        try await second.waitForExit(within: .seconds(20))
        #expect(second.exitCode == 1)
        #expect(second.standardError.contains(directory.path + "/data"))
        #expect(try await Client(first.base).get("/health/live").status == 200)
        try await first.process.terminate()
    }

    @Test func aDirectoryThatCannotBeWrittenIsNamed() async throws {
        let missing = try ChildProcess("statuscast", ["up", "--data", "/nonexistent/data", "--listen", "127.0.0.1:0"])
        try await missing.waitForExit()
        #expect(missing.exitCode == 1)
        #expect(missing.standardError.contains("/nonexistent"))

        // A file where the directory should be: refused for root as for everybody.
        let directory = try TemporaryDirectory()
        try Data("x".utf8).write(to: URL(fileURLWithPath: directory.path + "/data"))
        let file = try ChildProcess(
            "statuscast", ["up", "--data", directory.path + "/data", "--listen", "127.0.0.1:0"])
        try await file.waitForExit()
        #expect(file.exitCode == 1)
        #expect(file.standardError.contains(directory.path + "/data"))
    }

    @Test func aReadOnlyDirectoryIsNamed() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
        // Root may write anywhere; only a read-only mount stops it.
        let mounted = geteuid() == 0 && run("/bin/mount", ["-t", "tmpfs", "-o", "ro,size=1m", "none", data])
        defer { if mounted { _ = run("/bin/umount", [data]) } }
        if !mounted { try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: data) }
        let process = try ChildProcess("statuscast", ["up", "--data", data, "--listen", "127.0.0.1:0"])
        try await process.waitForExit()
        #expect(process.exitCode == 1)
        #expect(process.standardError.contains(data))
    }

    @Test func aRoleOfALaterReleaseSaysSoAndFails() async throws {
        let process = try ChildProcess("statuscast-route", [])
        try await process.waitForExit()
        #expect(process.exitCode == 69)
        #expect(process.standardError.contains("later"))
    }

    @Test(arguments: [
        ["nonsense"], ["up", "--nonsense"], ["up", "--set", "nonsense"],
    ])
    func badArgumentsAreUsageErrors(arguments: [String]) async throws {
        let process = try ChildProcess("statuscast", arguments)
        try await process.waitForExit()
        #expect(process.exitCode == 2)
        #expect(process.standardError.contains("Usage"))
    }
}

/// Whether a program of the system did its work.
func run(_ path: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}
