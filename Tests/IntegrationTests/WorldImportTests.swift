import Foundation
import Testing

/// A world of 2,000 accounts in a server of one process, through the store's own door.
@Suite(.timeLimit(.minutes(4)))
struct WorldImportTests {
    private func load(_ arguments: [String]) throws -> ChildProcess { try ChildProcess("statuscast-load", arguments) }

    private func makeWorld(_ folder: String) async throws -> [String: Any] {
        let process = try load(
            ["world", "--out", folder, "--accounts", "2000", "--mean", "40", "--seed", "7", "--json"])
        try await process.waitForExit(within: .seconds(60))
        #expect(process.exitCode == 0, "\(process.standardError)")
        return try object(process.standardOutput)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func importWorld(_ folder: String, data: String) async throws -> [String: Any] {
        let process = try load(["world", "import", folder, "--data", data, "--json"])
        try await process.waitForExit(within: .seconds(60))
        #expect(process.exitCode == 0, "\(process.standardError)")
        return try object(process.standardOutput)
    }

    /// How many followers the API says an account has.
    private func followers(_ name: String, at base: String) async throws -> Int {
        try await Client(base).get("/api/v1/accounts/lookup?acct=\(name)").object["followers_count"] as? Int ?? -1
    }

    @Test func theAPIShowsTheWorldsFigures() async throws {
        let directory = try TemporaryDirectory()
        let (data, folder) = (directory.path + "/data", directory.path + "/world")
        let figures = try #require(try await makeWorld(folder)["followers"] as? [String: Any])
        let server = try await Server.up(data: data)
        let edges = try #require(figures["edges"] as? Int)

        let first = try await importWorld(folder, data: data)
        #expect(first["accounts_made"] as? Int == 2_000 && first["follows_made"] as? Int == edges)
        let again = try await importWorld(folder, data: data)
        #expect(again["accounts_made"] as? Int == 0 && again["follows_made"] as? Int == 0)

        let list = try await OperatorCommand.done(["account", "list", "--limit", "0", "--json"], data: data).objects
        let counts = list.compactMap { $0["followers_count"] as? Int }
        #expect(list.count == 2_000)
        #expect(counts.reduce(0, +) == edges)
        #expect(counts.max() == figures["largest"] as? Int)
        let most = try #require(list.first { $0["followers_count"] as? Int == counts.max() })
        let name = try #require(most["username"] as? String)
        #expect(try await followers(name, at: server.base) == counts.max())
        try await postReachesFollowers(of: name, counts.max() ?? 0, data)
        try await server.process.terminate()
    }

    private func postReachesFollowers(of name: String, _ followers: Int, _ data: String) async throws {
        let posted = try await OperatorCommand.done(
            ["post", "--as", name, "to everybody", "--json"], data: data
        ).objects
        let id = try #require(posted.first?["id"] as? String)
        // Every follower's mailbox file holds it, the author's own home beside them.
        try await eventually("it is in \(followers + 1) homes", within: .seconds(60)) {
            try homes(holding: id, in: data + "/shared/mailboxes") == followers + 1 ? true : nil
        }
    }

    private func homes(holding id: String, in folder: String) throws -> Int {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return try files.filter { $0.contains("home.") && $0.hasSuffix(".mbox") }.filter { path in
            try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")).range(of: Data("<\(id)@".utf8)) != nil
        }.count
    }

    /// Killed with its accounts under way, or its follows.
    @Test(arguments: ["tokens.key", "accounts.ids"])
    func anImportThatWasKilledIsSimplyRepeated(file: String) async throws {
        let directory = try TemporaryDirectory()
        let (data, folder) = (directory.path + "/data", directory.path + "/world")
        let figures = try #require(try await makeWorld(folder)["followers"] as? [String: Any])
        let server = try await Server.up(data: data)
        let broken = try load(["world", "import", folder, "--data", data])
        try await eventually("\(file) is there") {
            FileManager.default.fileExists(atPath: folder + "/import/" + file) ? true : nil
        }
        broken.signal(SIGKILL)
        try await broken.waitForExit()
        // And the server as well, with what the killed import may have under way.
        server.process.signal(SIGKILL)
        try await server.process.waitForExit()

        let second = try await Server.up(data: data)
        _ = try await importWorld(folder, data: data)
        let list = try await OperatorCommand.done(["account", "list", "--limit", "0", "--json"], data: data).objects
        #expect(list.count == 2_000)
        #expect(list.compactMap { $0["followers_count"] as? Int }.reduce(0, +) == figures["edges"] as? Int)
        #expect(list.compactMap { $0["following_count"] as? Int }.reduce(0, +) == figures["edges"] as? Int)
        try await second.process.terminate()
    }
}
