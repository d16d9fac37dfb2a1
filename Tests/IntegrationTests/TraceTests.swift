import Foundation
import Testing

/// One trace id leads from the request to every process that had to do with the status.
@Suite(.timeLimit(.minutes(3)))
struct TraceTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    /// Each line of a stage that tells of a status.
    private static let lines = [
        "api": "post taken", "receive": "judged", "store": "stored", "deliver normal": "taken in",
    ]

    @Test(arguments: ["text", "json"])
    func aStatusIsFollowedThroughAllProcesses(format: String) async throws {
        let directory = try TemporaryDirectory()
        let cluster = Cluster(
            data: directory.path + "/data", logging: ["--log-level", "debug", "--log-format", format])
        try await cluster.start()
        let alice = try await Person.signUp("alice", at: await cluster.base)
        let answer = try await alice.client.post(
            "/api/v1/statuses", ["status": "follow me"],
            headers: ["traceparent": "00-\(Self.trace)-00f067aa0ba902b7-01"])
        #expect(answer.status == 200)
        let status = try #require(answer.object["id"] as? String)
        let header = try #require(answer.headers["traceparent"])
        #expect(
            header.hasPrefix("00-\(Self.trace)-") && header.hasSuffix("-01") && !header.contains("00f067aa0ba902b7"))

        for (key, message) in Self.lines {
            try await eventually("\(key) logs the trace with \"\(message)\"") {
                await cluster.standardError(of: key).split(separator: "\n").contains { line in
                    line.contains(message) && line.contains(Self.trace) && line.contains(status)
                } ? true : nil
            }
        }
        try await eventually("the spread logs the trace") {
            await cluster.standardError(of: "receive").split(separator: "\n")
                .contains { $0.contains("spread") && $0.contains(Self.trace) && $0.contains("normal") } ? true : nil
        }
        try await badHeadersAreIgnored(alice, cluster)
        try await cluster.stop()
    }

    private func badHeadersAreIgnored(_ person: Person, _ cluster: Cluster) async throws {
        let answer = try await person.client.post(
            "/api/v1/statuses", ["status": "mine is broken"],
            headers: ["traceparent": "00-\(Self.trace)-0000000000000000-01"])
        #expect(answer.status == 200)
        let header = try #require(answer.headers["traceparent"])
        let made = try #require(header.split(separator: "-").dropFirst().first)
        #expect(made.count == 32 && made != Self.trace)
        try await eventually("the delivery worker logs the trace that the front made") {
            await cluster.standardError(of: "deliver normal").contains(made) ? true : nil
        }
    }
}
