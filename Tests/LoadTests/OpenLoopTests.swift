import Foundation
import Ledger
import LoadReport
import Testing

@testable import Load

/// The driver against a server that is none.
struct OpenLoopTests {
    private let cast = LoadCast(
        ids: [11, 12, 13], activity: [1, 2, 3], tokens: ["a", "b", "c"].map { Array($0.utf8) }, pairs: [],
        world: .init(accounts: 3, edges: 0, active: 3))

    private func run(
        _ server: StubServer, rate: Double = 100, seconds: Double = 3, connections: Int = 1,
        change: (inout LoadPlan) -> Void = { _ in }
    ) async throws -> (RunReport, [LedgerRecord]) {
        let path = NSTemporaryDirectory() + "load-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let ledger = try LedgerWriter(path: path)
        let address = try #require(ServerAddress(url: "http://127.0.0.1:\(server.port)"))
        var plan = LoadPlan(profile: RateProfile(from: rate, to: rate, seconds: seconds), server: address, seed: 5)
        plan.connections = connections
        plan.mix.replies = 0
        change(&plan)
        let report = try await LoadRun(plan, cast).run(
            ledger: ledger, sampler: SystemSampler(metricsTargets: path + "-none"), clearSeconds: 0)
        try await ledger.close()
        var records: [LedgerRecord] = []
        try LedgerReader(path: path).forEach { records.append($0) }
        return (report, records)
    }

    @Test func latencyCountsFromWhenAPostWasDue() async throws {
        let server = try await StubServer.start(stall: 1_000..<2_000)
        let (report, _) = try await run(server)
        let posts = try #require(report.actions.first)
        // Of three seconds of arrivals the second one's wait for its end: half a second each in the mean, though on the
        // one connection only a single request was ever under way.
        #expect(posts.accepted == posts.offered && posts.offered > 200)
        #expect(posts.latency.p90 > 400 && posts.latency.max > 900, "\(posts)")
        #expect(posts.latency.p50 < 250, "\(posts)")
        let waiting = report.load.map(\.waiting).max() ?? 0
        #expect(waiting > 50, "what finds no connection waits: \(waiting)")
        await server.stop()
    }

    @Test func everyAnswerStandsInTheLedger() async throws {
        let server = try await StubServer.start()
        let (report, records) = try await run(server, rate: 300, seconds: 2, connections: 4) { plan in
            (plan.mix.deletes, plan.mix.follows, plan.mix.unfollows, plan.mix.reads) = (0.2, 0.3, 0.2, 0.5)
        }
        func accepted(_ name: String) -> Int { report.actions.first { $0.name == name }?.accepted ?? 0 }
        for (kind, name) in [
            (LedgerRecord.Kind.post, "post"), (.delete, "delete"), (.follow, "follow"), (.unfollow, "unfollow"),
        ] {
            #expect(accepted(name) > 0 && records.count { $0.kind == kind } == accepted(name), "\(name)")
        }
        #expect(accepted("read") > 0)
        #expect(
            records.allSatisfy {
                $0.outcome == .acknowledged && $0.ended >= $0.begun && [11, 12, 13].contains($0.account)
            })
        let posts = records.filter { $0.kind == .post }
        #expect(Set(posts.map(\.subject)).count == posts.count && Set(posts.map(\.text)).count == posts.count)
        let deleted = records.filter { $0.kind == .delete }.map(\.subject)
        #expect(Set(deleted).count == deleted.count && Set(posts.map(\.subject)).isSuperset(of: deleted))
        await server.stop()
    }

    @Test func refusalsAndFailuresAreKeptApart() async throws {
        for (status, outcome) in [(422, LedgerRecord.Outcome.refused), (503, .unknown)] {
            let server = try await StubServer.start(status: status)
            let (report, records) = try await run(server, seconds: 1)
            #expect(!records.isEmpty && records.allSatisfy { $0.outcome == outcome && $0.subject == 0 })
            #expect(report.actions.first?.accepted == 0)
            await server.stop()
        }
    }

    @Test func nobodyThereIsSaidAtOnce() async throws {
        let server = try await StubServer.start()
        await server.stop()
        await #expect(throws: LoadError.self) { try await run(server, seconds: 1) }
    }
}
