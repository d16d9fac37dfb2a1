import Foundation
import Testing

@testable import LoadReport

struct ReportTests {
    static func report(accepted: Int = 6_000, deliveries: Double = 1_000_000) -> RunReport {
        var latencies = Latencies()
        for value in 1...1_000 { latencies.add(microseconds: UInt64(value) * 1_000) }
        var posts = RunReport.ActionTotals(name: "post", latency: LatencySummary(latencies))
        (posts.offered, posts.accepted) = (accepted, accepted)
        let system = (0...60).map { second in
            var sample = RunReport.SystemSample(at: Double(second))
            sample.synced = deliveries * Double(second / 20) / 3
            sample.backlog = ["deliver.normal": Double(60 - second)]
            sample.staleness = ["deliver.normal": Double(second % 20)]
            sample.processes = [
                "up": ProcessFigures(cpuSeconds: Double(second), memoryBytes: 3e8, writtenBytes: Double(second) * 1e7),
                RunReport.generator: ProcessFigures(
                    cpuSeconds: Double(second) / 10, memoryBytes: 1e7, writtenBytes: 0),
            ]
            return sample
        }
        let load = (1...60).map { second in
            var value = RunReport.LoadSecond(at: Double(second))
            (value.offered, value.accepted, value.postP50, value.postP99) = (100, 100, 2, 20)
            return value
        }
        return RunReport(
            started: 1_795_381_331, command: ["statuscast-load", "run", "--out", "<a & b>"],
            machine: Machine(processor: "cpu", cores: 2, memoryBytes: 8e9, system: "Linux"),
            world: .init(accounts: 1_000, edges: 100_000, active: 1_000), seconds: 60, clearedAfterSeconds: 61,
            actions: [posts],
            visible: [
                .init(
                    lane: "normal", latency: LatencySummary(latencies), unseen: 0,
                    samples: [.init(at: 1, milliseconds: 10), .init(at: 15, milliseconds: 20)])
            ], load: load, system: system)
    }

    private func value(_ name: String, _ report: RunReport) -> Double? {
        report.figures.first { $0.name == name }?.value
    }

    @Test func figuresAreWhatTheSamplesSay() {
        let report = Self.report()
        #expect(value("statuses accepted", report) == 100)
        #expect(value("deliveries synced", report) == 1_000_000)
        #expect(value("deliveries to the last sync", report).map { Int($0) } == 1_000_000 / 60)
        #expect(value("CPU a million deliveries", report) == 60, "the generator's is not in it")
        #expect(value("written a delivery", report) == 600)
        #expect(value("CPU of the generator", report).map { Int($0.rounded()) } == 6)
        #expect(value("staleness at most", report) == 19)
    }

    @Test func answersThatLagLowerTheRate() {
        var report = Self.report()
        report.answeredAfterSeconds = 90
        #expect(value("statuses accepted", report).map { Int($0.rounded()) } == 67)
        report.answeredAfterSeconds = 59
        #expect(value("statuses accepted", report) == 100, "the offer lasted 60 s")
    }

    @Test func percentilesAreThoseOfWhatWasAdded() {
        let latency = Self.report().actions[0].latency
        #expect(abs(latency.p50 - 500) < 2 && abs(latency.p99 - 990) < 3 && abs(latency.max - 1_000) < 2)
    }

    @Test func thePageNeedsNothingElse() {
        let html = ReportPage(Self.report()).html
        #expect(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"))
        #expect(html.contains("prefers-color-scheme:dark") && html.contains("<svg"))
        #expect(html.contains("&lt;a &amp; b&gt;"), "what was typed is text")
        #expect(!html.contains("\"nan") && !html.contains(" nan") && !html.contains(",nan") && !html.contains("inf,"))
        #expect(html.components(separatedBy: "<figure>").count - 1 == 11, "what was not measured has no plot")
    }

    @Test func aFolderKeepsARunAndRefusesAnother() throws {
        let path = NSTemporaryDirectory() + "run-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = RunFolder(path)
        try folder.make()
        try folder.write(Self.report())
        #expect(try folder.read().figures == Self.report().figures)
        #expect(throws: ReportError.self) { try folder.make() }
        let text = try String(contentsOfFile: folder.json, encoding: .utf8)
        try text.replacing("\"version\":1", with: "\"version\":2").write(
            toFile: folder.json, atomically: true, encoding: .utf8)
        #expect(throws: ReportError.self) { try folder.read() }
    }

    @Test func twoRunsStandSideBySide() {
        let text = RunComparison(
            Self.report(), Self.report(accepted: 12_000, deliveries: 0), names: ("before", "after")
        ).text
        #expect(text.contains("statuses accepted"))
        let row = text.split(separator: "\n").first { $0.hasPrefix("statuses accepted") }.map(String.init) ?? ""
        #expect(row.hasSuffix("2.00"), "\(row)")
        #expect(text.contains("not measured"))
    }

    @Test func metricsPagesAreAdded() {
        var sample = RunReport.SystemSample(at: 1)
        sample.add(
            MetricsPage(
                """
                # TYPE statuscast_queue_depth_frames gauge
                statuscast_queue_depth_frames{topic="accepted",group="store",node="q1"} 3
                statuscast_queue_depth_frames{topic="accepted",group="spread",node="q1"} 5
                statuscast_queue_depth_frames{topic="accepted",group="spread",node="q2"} 2
                statuscast_queue_depth_frames{topic="accounts",group="lookups",node="q1"} 99
                statuscast_queue_oldest_seconds{topic="accepted",group="store",node="q1"} 1.5
                statuscast_deliver_synced_deliveries_total{lane="normal"} 10
                statuscast_deliver_synced_deliveries_total{lane="bulk"} 5
                statuscast_deliver_pending_deliveries{lane="bulk"} 4
                """))
        #expect(sample.backlog == ["accepted": 7] && sample.staleness == ["accepted": 1.5])
        #expect(sample.synced == 15 && sample.pending == 4 && !sample.isClear)
    }

    @Test(arguments: [0.0, 0.004, 42, 50, 1_200_000]) func axesEndAtRoundNumbers(_ most: Double) {
        let axis = Axis(covering: [0, most])
        #expect(axis.high >= most && axis.high <= max(most * 1.3, most > 0 ? 0 : 1), "\(axis.ticks)")
        #expect((2...8).contains(axis.ticks.count), "\(axis.ticks)")
    }

    @Test func numbersHaveTheDigitsTheyDeserve() {
        let texts = [0.1234, 1.5, 12.34, 1_234_567.8, -5, 9.9999].map { Figure.text($0) }
        #expect(texts == ["0.123", "1.50", "12.3", "1,234,568", "-5.00", "10.00"])
    }
}
