import Foundation
import Telemetry
import Testing

/// What processes expose, and what the catalogue says of it.
@Suite(.timeLimit(.minutes(3)))
struct MetricsTests {
    private struct Group: Decodable {
        var targets: [String]
        var labels: [String: String]
    }

    @Test func oneProcessExposesWhatTheCatalogueSays() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        try await work(at: server.base)
        #expect(try await check(server.data) == ["up"])
        try await server.process.terminate()
    }

    @Test func separateProcessesExposeWhatTheCatalogueSays() async throws {
        let directory = try TemporaryDirectory()
        let cluster = Cluster(data: directory.path + "/data")
        try await cluster.start()
        try await work(at: await cluster.base)
        #expect(try await check(cluster.data) == ["api", "deliver", "queue", "receive", "store"])
        try await cluster.stop()
    }

    private func work(at base: String) async throws {
        let alice = try await Person.signUp("alice", at: base)
        try await alice.post("counted")
    }

    /// Compares every process of a data directory with the catalogue; returns their kinds.
    private func check(_ data: String) async throws -> Set<String> {
        var kinds: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: data + "/run/metrics") {
            let contents = try #require(FileManager.default.contents(atPath: data + "/run/metrics/" + file))
            let group = try #require(try JSONDecoder().decode([Group].self, from: contents).first)
            let kind = try #require(group.labels["process"])
            kinds.insert(kind)
            let expected = MetricCatalogue.all.filter { $0.processes.contains(kind) }
                .map { "\($0.kind) \($0.name) \($0.labels.joined(separator: ","))" }.sorted()
            let target = Client("http://" + group.targets[0])
            // A role makes its metrics when it begins its work.
            var last: [String] = []
            let deadline = ContinuousClock.now + .seconds(30)
            repeat {
                last = Self.exposed(try await target.get("/metrics").text)
                if last == expected { break }
                try await Task.sleep(for: .milliseconds(100))
            } while ContinuousClock.now < deadline
            let (unknown, missing) = (Set(last).subtracting(expected), Set(expected).subtracting(last))
            #expect(unknown == [], "\(file) exposes what is not in the catalogue")
            #expect(missing == [], "\(file) does not expose what the catalogue says")
        }
        return kinds
    }

    /// `type name labels` of every metric of a page.
    private static func exposed(_ page: String) -> [String] {
        var kinds: [String: String] = [:]
        var found: Set<String> = []
        for line in page.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                kinds[String(words[2])] = String(words[3])
                continue
            }
            let series = String(line.prefix { $0 != "{" && $0 != " " })
            // `_bucket`, `_sum` and `_count` of a histogram.
            let base = series.prefix(upTo: series.lastIndex(of: "_") ?? series.endIndex)
            let name = kinds[series] == nil ? String(base) : series
            let labels = line.contains("{") ? labelNames(line) : []
            found.insert("\(kinds[name] ?? "untyped") \(name) \(labels.joined(separator: ","))")
        }
        return found.sorted()
    }

    private static func labelNames(_ line: Substring) -> [String] {
        line.matches(of: /([a-z_]+)="/).map { String($0.1) }.filter { $0 != "le" }.sorted()
    }
}
