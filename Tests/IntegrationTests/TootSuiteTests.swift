import Foundation
import Testing

/// What the authors of a client expect of a server: toot's own integration tests that need text alone.
@Suite(.timeLimit(.minutes(5)))
struct TootSuiteTests {
    @Test(.enabled(if: TootSuite.isPrepared || TootSuite.isRequired))
    func tootsOwnTestsPassAgainstOneProcess() async throws {
        try #require(TootSuite.isPrepared, "make python fetches toot's tests")
        let directory = try TemporaryDirectory()
        let listen = "localhost:\(try Server.freePort())"
        let server = try await Server.up(data: directory.path + "/data", listen: listen)
        try expectAll(try TootSuite.run(against: listen, in: directory))
        try await server.process.terminate()
    }

    @Test(.enabled(if: TootSuite.isPrepared || TootSuite.isRequired))
    func tootsOwnTestsPassAgainstSeparateProcesses() async throws {
        try #require(TootSuite.isPrepared, "make python fetches toot's tests")
        let directory = try TemporaryDirectory()
        let listen = "localhost:\(try Server.freePort())"
        let cluster = Cluster(
            data: directory.path + "/data", listen: listen, receiveArguments: ["--domain", listen])
        try await cluster.start()
        try expectAll(try TootSuite.run(against: listen, in: directory))
        try await cluster.stop()
    }

    private func expectAll(_ outcome: TootSuite.Outcome) throws {
        let expected = try TootSuite.expected()
        #expect(expected.count == 98)
        let failed = expected.subtracting(outcome.passed).sorted()
        #expect(failed == [], "\(failed.count) of \(expected.count) did not pass\n\(outcome.text.suffix(20_000))")
        #expect(outcome.passed.subtracting(expected) == [], "these are not in Tests/toot-tests.txt")
    }
}
