import Foundation
import Testing

/// A queue node that neither answers nor goes away: its process is stopped with SIGSTOP.
@Suite(.timeLimit(.minutes(5)))
struct HungNodeTests {
    private struct Posted: Sendable {
        let author: Int
        let text: String
        let status: Int
        let took: Duration
    }

    /// Well below what a request to a queue node may take (3 s), with room for a busy machine.
    private static let atOnce = Duration.seconds(2)
    private static let bounded = Duration.seconds(12)
    private static let authors = 24

    @Test func aHungQueueNodeDelaysOnlyWhatLiesThereAndLosesNothing() async throws {
        let directory = try TemporaryDirectory()
        let cluster = Cluster(data: directory.path + "/data")
        try await cluster.start()
        let base = await cluster.base
        let names = ["reader"] + (0..<Self.authors).map { "author\($0)" }
        let people = try await Person.signUp(names, at: base)
        let (reader, authors) = (people[0], Array(people.dropFirst()))
        for author in authors { try await reader.follow(author) }
        // Everybody's stream is open on the node that its partition prefers.
        var posted = try await posts(of: authors, Array(authors.indices), round: 0)
        #expect(posted.allSatisfy { $0.status == 200 })

        await cluster.signal("queue q2", SIGSTOP)
        let first = try await posts(of: authors, Array(authors.indices), round: 1)
        let others = first.filter { $0.took < Self.atOnce }
        let hung = first.filter { $0.took >= Self.atOnce }
        print("hung: \(hung.map { "\($0.status) after \($0.took)" })")
        // With neither, this run would show nothing.
        #expect(!others.isEmpty && !hung.isEmpty)
        #expect(others.allSatisfy { $0.status == 200 })
        #expect(hung.allSatisfy { ($0.status == 200 || $0.status == 503) && $0.took < Self.bounded })
        posted += first

        // The same again, while the others go on: each of theirs at once, whatever is under way to the hung node.
        async let again = posts(of: authors, hung.map(\.author), round: 2)
        for round in 3..<8 {
            let going = try await posts(of: authors, others.map(\.author), round: round)
            #expect(going.allSatisfy { $0.status == 200 && $0.took < Self.atOnce }, "round \(round): \(going)")
            posted += going
        }
        posted += try await again

        await cluster.signal("queue q2", SIGCONT)
        let acknowledged = posted.filter { $0.status == 200 }.map(\.text).sorted()
        let refused = Set(posted.filter { $0.status != 200 }.map(\.text))
        do {
            try await eventually("everything acknowledged is at home once", within: .seconds(60)) {
                let seen = try await texts(of: reader).filter { !refused.contains($0) }
                guard Set(seen).count == seen.count else { throw IntegrationError("twice: \(seen.sorted())") }
                return seen.sorted() == acknowledged ? true : nil
            }
            // One that was refused is there once or not at all.
            let seen = try await texts(of: reader)
            #expect(Set(seen).count == seen.count)
        } catch {
            throw IntegrationError("\(error)\n\(await cluster.complaints())")
        }
        try await cluster.stop()
    }

    /// One post of each of these authors, all at the same time.
    private func posts(of authors: [Person], _ indices: [Int], round: Int) async throws -> [Posted] {
        try await withThrowingTaskGroup(of: Posted.self) { group in
            for index in indices {
                let client = authors[index].client
                group.addTask {
                    let text = "round \(round) of author \(index)"
                    let started = ContinuousClock.now
                    let answer = try await client.post("/api/v1/statuses", ["status": text])
                    if answer.status == 503, answer.headers["retry-after"] == nil {
                        throw IntegrationError("503 without Retry-After: \(answer.text)")
                    }
                    return Posted(
                        author: index, text: text, status: answer.status, took: ContinuousClock.now - started)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func texts(of reader: Person) async throws -> [String] {
        var texts: [String] = []
        var path = "/api/v1/timelines/home?limit=40"
        while true {
            let page = try await accepted(reader.client.get(path)).list
            guard let last = page.last?["id"] as? String else { return texts }
            texts += page.compactMap { $0["content"] as? String }.map {
                $0.replacingOccurrences(of: "<p>", with: "").replacingOccurrences(of: "</p>", with: "")
            }
            path = "/api/v1/timelines/home?limit=40&max_id=\(last)"
        }
    }
}
