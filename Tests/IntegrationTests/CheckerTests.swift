import Foundation
import Testing

/// The checker of the history test finds what it is there to find: a checker that cannot fail shows nothing.
@Suite(.timeLimit(.minutes(2)))
struct CheckerTests {
    @Test func everyKindOfFaultIsFound() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        let (alice, bob) = (people[0], people[1])
        try await bob.follow(alice)
        let id = try await alice.post("posted")
        try await eventually("it is there") {
            try await bob.timeline("/api/v1/timelines/home") == [id] ? true : nil
        }
        try await server.process.terminate()

        let posted = ["author": alice.id, "text": "posted"]
        let followers = [alice.id: [bob.id], bob.id: [String]()]
        func faults(
            followers: [String: [String]], acknowledged: [String: [String: String]],
            unacknowledged: [[String: String]] = []
        ) async throws -> String {
            let ledger: [String: Any] = [
                "followers": followers, "acknowledged": acknowledged, "unacknowledged": unacknowledged,
            ]
            let path = directory.path + "/ledger.json"
            try JSONSerialization.data(withJSONObject: ledger).write(to: URL(fileURLWithPath: path))
            do {
                return try await Checker.run(
                    ["history", "--shared", data + "/shared", "--store", data + "/store", "--ledger", path])
            } catch {
                return "FAULTS \(error)"
            }
        }
        #expect(try await !faults(followers: followers, acknowledged: [id: posted]).contains("FAULTS"))
        #expect(try await faults(followers: followers, acknowledged: [id: posted, "77": posted]).contains("77 by"))
        #expect(
            try await faults(followers: followers, acknowledged: [id: ["author": alice.id, "text": "other"]])
                .contains("differs"))
        #expect(
            try await faults(followers: [alice.id: [], bob.id: []], acknowledged: [id: posted])
                .contains("does not follow"))
        #expect(try await faults(followers: followers, acknowledged: [:]).contains("was never posted"))
        #expect(
            try await !faults(followers: followers, acknowledged: [:], unacknowledged: [posted]).contains("FAULTS"))
        #expect(
            try await faults(
                followers: followers.merging(["5": [String]()]) { $1 }.mapValues { $0 + ["5"] },
                acknowledged: [:], unacknowledged: [posted]
            )
            .contains("neither everywhere nor nowhere"))
    }
}
