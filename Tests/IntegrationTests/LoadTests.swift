import Foundation
import Testing

/// A world, a run, and its verification, with the real executables; then faults of every kind, each of which is found.
@Suite(.timeLimit(.minutes(3)))
struct LoadTests {
    private struct Site {
        let directory: TemporaryDirectory
        let server: Server

        var data: String { directory.path + "/data" }
        var world: String { directory.path + "/world" }
        var place: [String] { ["--data", data, "--world", world] }

        static func start() async throws -> Site {
            let directory = try TemporaryDirectory()
            let server = try await Server.up(
                data: directory.path + "/data", more: ["--set", "deliver.sweep_interval=1s"])
            let site = Site(directory: directory, server: server)
            let follows = (0..<40).flatMap { follower in (1...8).map { "\(follower) \((follower + $0 * 3) % 40)\n" } }
            let list = directory.path + "/follows.txt"
            try follows.joined().write(toFile: list, atomically: true, encoding: .utf8)
            try await load(["world", "make", "--out", site.world, "--distribution", list])
            try await load(["world", "import", site.world, "--data", site.data])
            return site
        }

        private static func load(_ arguments: [String]) async throws {
            let process = try ChildProcess("statuscast-load", arguments)
            try await process.waitForExit(within: .seconds(30))
            guard process.exitCode == 0 else { throw IntegrationError("\(arguments): \(process.standardError)") }
        }

        func run(_ name: String, _ more: [String]) async throws -> String {
            let out = directory.path + "/" + name
            let process = try ChildProcess(
                "statuscast-load",
                [
                    "run", "--url", server.base, "--out", out, "--seconds", "6", "--clear-seconds", "60",
                    "--connections", "8",
                ]
                    + place + more)
            try await process.waitForExit(within: .seconds(90))
            guard process.exitCode == 0 else { throw IntegrationError("run: \(process.standardError)") }
            print(process.standardOutput)
            return out
        }

        func verify(_ runs: [String], at base: String? = nil) async throws -> (code: Int32, output: String) {
            let process = try ChildProcess(
                "statuscast-load", ["verify"] + runs + (base.map { ["--url", $0] } ?? []) + place)
            try await process.waitForExit(within: .seconds(90))
            return (process.exitCode, process.standardOutput + process.standardError)
        }
    }

    @Test func aRunIsVerifiedAndEachFaultIsFound() async throws {
        let site = try await Site.start()
        let first = try await site.run(
            "first",
            [
                "--rate", "60", "--deletes", "0.05", "--follows", "0.2", "--unfollows", "0.1", "--reads", "2",
                "--reblogs", "0.3",
            ])
        let second = try await site.run("second", ["--rate", "80", "--direct", "--reads", "1", "--seed", "2"])
        let right = try await site.verify([first, second], at: site.server.base)
        #expect(right.code == 0 && right.output.contains("no faults"), "\(right.output)")
        try expectReport(first)
        let other = try await site.verify([first])
        #expect(other.code == 1 && other.output.contains("never-posted"), "\(other.output)")

        try await site.server.process.terminate()
        try await expectEachFault(site, [first, second])
    }

    private func expectReport(_ run: String) throws {
        let report =
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: run + "/report.json")))
            as? [String: Any] ?? [:]
        let actions = report["actions"] as? [[String: Any]] ?? []
        for name in ["post", "reblog", "delete", "follow", "read"] {
            let action = try #require(actions.first { $0["name"] as? String == name }, "\(name)")
            #expect((action["accepted"] as? Int ?? 0) > 0)
            #expect(action["accepted"] as? Int == action["offered"] as? Int, "\(action)")
        }
        let system = report["system"] as? [[String: Any]] ?? []
        #expect((system.last?["synced"] as? Double ?? 0) > 1_000)
        #expect((system.last?["processes"] as? [String: Any])?["up"] != nil)
        #expect((report["visible"] as? [[String: Any]])?.first?["lane"] as? String == "normal")
        #expect(report["clearedAfterSeconds"] != nil)
        let page = try String(contentsOfFile: run + "/report.html", encoding: .utf8)
        #expect(page.contains("<svg") && !page.contains("<script"))
    }

    /// Each is put into a copy of the mailboxes' files by hand, found, and taken back.
    private func expectEachFault(_ site: Site, _ runs: [String]) async throws {
        let mailboxes = site.data + "/shared/mailboxes"
        let homes = try boxes(in: mailboxes).filter { $0.contains("/home.") }
        let (home, bytes) = try #require(try homes.map { ($0, try records(of: $0)) }.max { $0.1.count < $1.1.count })
        let neighbour = try #require(
            try homes.map { ($0, try records(of: $0)) }.first { other in
                !Set(other.1).subtracting(bytes).isEmpty && !other.0.hasPrefix(home.prefix { $0 != "." })
            })

        func expect(_ kind: String, _ changed: [Data], in path: String) async throws {
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            try Data(changed.joined()).write(to: URL(fileURLWithPath: path))
            let verdict = try await site.verify(runs)
            #expect(verdict.code == 1 && verdict.output.contains(kind + ": "), "\(kind): \(verdict.output)")
            try before.write(to: URL(fileURLWithPath: path))
        }
        let deletes = try #require(try boxes(in: mailboxes).first { $0.contains("/tombstones/") })
        let targets = Set(try records(of: deletes).map { field("X-Statuscast-Target", of: $0) })
        let told = try boxes(in: mailboxes).filter { $0.contains("/notifications.") }.map { ($0, try records(of: $0)) }
        let (notifications, reblogs) = try #require(
            told.first { $0.1.contains { repeated(by: $0).map { !targets.contains($0) } ?? false } })
        let lost = reblogs.filter { repeated(by: $0).map { targets.contains($0) } ?? true }
        try await expect("missing", lost, in: notifications)
        let kept = try undeletedIndex(bytes, deletes: deletes)
        var gone = bytes
        gone.remove(at: kept)
        try await expect("missing", gone, in: home)
        let stranger = try #require(
            Set(neighbour.1).subtracting(bytes).first { record in
                !authors(of: bytes).contains(author(of: record))
            })
        try await expect("not-allowed", bytes + [stranger], in: home)
        try await expect("damaged", [bytes[0].dropLast(30) + Data("\n\n".utf8)] + bytes.dropFirst(), in: home)
        try await expect("deleted-shown", Array(try records(of: deletes).dropLast()), in: deletes)
        let again = try await site.verify(runs)
        #expect(again.code == 0, "\(again.output)")
        try await expectShownDelete(site, runs, deletes)
    }

    /// A delete that is lost from the list of deletes shows in the API as well.
    private func expectShownDelete(_ site: Site, _ runs: [String], _ deletes: String) async throws {
        try Data().write(to: URL(fileURLWithPath: deletes))
        let server = try await Server.up(data: site.data)
        let verdict = try await site.verify(runs, at: server.base)
        #expect(
            verdict.code == 1 && verdict.output.contains("as the API shows it: its delete was acknowledged"),
            "\(verdict.output)")
        try await server.process.terminate()
    }

    @Test func whatCannotBeDoneIsSaid() async throws {
        let replies = try ChildProcess(
            "statuscast-load",
            ["run", "--url", "http://127.0.0.1:1", "--out", "x", "--world", "x", "--replies", "1.5"])
        try await replies.waitForExit()
        #expect(replies.exitCode == 2 && replies.standardError.contains("--replies is a share"))
        let compare = try ChildProcess("statuscast-load", ["compare", "/nowhere", "/nowhere"])
        try await compare.waitForExit()
        #expect(compare.exitCode == 1 && compare.standardError.contains("/nowhere holds no run"))
    }

    private func boxes(in root: String) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".mbox") }.map { root + "/" + $0 }.sorted()
    }

    /// By what each says of its own length: the test's own reading.
    private func records(of path: String) throws -> [Data] {
        var rest = try Data(contentsOf: URL(fileURLWithPath: path))[...]
        var records: [Data] = []
        while rest.count > 101 {
            let text = String(decoding: rest.dropFirst(83).prefix(8), as: UTF8.self)
            guard let length = Int(text), length <= rest.count, length > 0 else { break }
            records.append(Data(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return records
    }

    private func field(_ name: String, of record: Data) -> String {
        String(decoding: record, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name + ": ") }
            .map { String($0.dropFirst(name.count + 2)) } ?? ""
    }

    /// The status that a reblog repeats.
    private func repeated(by record: Data) -> String? {
        let original = field("X-Statuscast-Reblog-Of", of: record)
        return original.isEmpty ? nil : original
    }

    private func author(of record: Data) -> String { field("X-Statuscast-Author", of: record) }
    private func authors(of records: [Data]) -> Set<String> { Set(records.map { author(of: $0) }) }

    /// A record of the owner's own, or of somebody followed all along, that nobody deleted: any but those of deletes.
    private func undeletedIndex(_ records: [Data], deletes: String) throws -> Int {
        let targets = Set(try self.records(of: deletes).map { field("X-Statuscast-Target", of: $0) })
        return try #require(
            records.lastIndex { record in
                !targets.contains(field("Message-ID", of: record).dropFirst().prefix { $0 != "@" }.description)
            })
    }
}
