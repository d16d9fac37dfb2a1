import Foundation
import Testing

/// Files of a site that are damaged or of a newer release: a start that cannot do without one ends with 1, names it and
/// leaves it as it is; the others are passed over. Nothing is lost either way.
@Suite(.timeLimit(.minutes(5)))
struct DamagedFileTests {
    private static let vital: [(file: String, bytes: String, says: String)] = [
        ("shared/cluster.json", "", "damaged"), ("shared/cluster.json", "{\"version\":", "damaged"),
        ("shared/cluster.json", "{\"version\":9,\"partitions\":32,\"userShards\":1,\"messageShards\":1}", "version 9"),
        ("shared/cluster.json", "{\"version\":1,\"partitions\":0,\"userShards\":1,\"messageShards\":1}", "cannot be"),
        ("store/users-0.sqlite", String(repeating: "junk", count: 2_000), "corrupt"),
        ("store/messages-0.sqlite", String(repeating: "junk", count: 2_000), "corrupt"),
    ]

    @Test func theyAreNamedOrPassedOverAndNothingIsLost() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let port = try Server.freePort()
        let first = try await Server.up(data: data, port: port)
        let alice = try await Person.signUp("alice", at: first.base)
        let id = try await alice.post("still here")
        try await eventually("it is at home") {
            try await alice.timeline("/api/v1/timelines/home") == [id] ? true : nil
        }
        try await first.process.terminate()

        for (file, bytes, says) in Self.vital {
            try await expectRefusal(of: data + "/" + file, holding: bytes, says, data: data)
        }
        try damageWhatCanBeSpared(data + "/shared/leases")
        let second = try await Server.up(data: data, port: port)
        let next = try await alice.post("and this")
        try await eventually("both are at home, once") {
            try await alice.timeline("/api/v1/timelines/home") == [next, id] ? true : nil
        }
        try await second.process.terminate()
    }

    private func expectRefusal(of path: String, holding bytes: String, _ says: String, data: String) async throws {
        let url = URL(fileURLWithPath: path)
        let original = try Data(contentsOf: url)
        let journals = try setJournalsAside(of: path)
        try Data(bytes.utf8).write(to: url)
        let process = try ChildProcess("statuscast", ["up", "--data", data, "--listen", "127.0.0.1:0"])
        try await process.waitForExit(within: .seconds(30))
        #expect(process.exitCode == 1, "\(path): \(process.standardError)")
        try await eventually("it names \(path)") {
            process.standardError.contains(path) && process.standardError.contains(says) ? true : nil
        }
        #expect(try Data(contentsOf: url) == Data(bytes.utf8), "\(path) was changed")
        try original.write(to: url)
        for journal in journals {
            try? FileManager.default.removeItem(atPath: journal)
            try FileManager.default.moveItem(atPath: journal + ".aside", toPath: journal)
        }
    }

    /// SQLite would mend a database with what its journal still has of it.
    private func setJournalsAside(of path: String) throws -> [String] {
        let journals = [path + "-wal", path + "-shm"].filter(FileManager.default.fileExists)
        for journal in journals { try FileManager.default.moveItem(atPath: journal, toPath: journal + ".aside") }
        return journals
    }

    /// Cursors only save a replay, lock files only say who holds them, term files only how the last tenure ended.
    private func damageWhatCanBeSpared(_ leases: String) throws {
        let newer = Array("SCCURSOR".utf8) + [9, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
        var count = 0
        for name in try FileManager.default.subpathsOfDirectory(atPath: leases) {
            let url = URL(fileURLWithPath: leases + "/" + name)
            if name.contains(".terms/") || name.hasSuffix(".lock") { try Data("junk".utf8).write(to: url) }
            if name.hasSuffix("0.cursor") { try Data("junk".utf8).write(to: url) }
            if name.hasSuffix("1.cursor") { try Data(newer).write(to: url) }
            count += 1
        }
        // Partitions that have had nothing to deliver have no cursor yet.
        for lane in ["normal", "judge"] {
            try Data(newer).write(to: URL(fileURLWithPath: "\(leases)/\(lane)/2.cursor"))
        }
        #expect(count > 100)
    }
}
