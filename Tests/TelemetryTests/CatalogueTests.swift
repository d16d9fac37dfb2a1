import Foundation
import Telemetry
import Testing

struct CatalogueTests {
    @Test func thePageIsTheOneThatTheCodeMakes() throws {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let stored = try String(contentsOfFile: repository + "/docs/metrics.md", encoding: .utf8)
        #expect(stored == MetricPage.text, "write it anew: statuscast config metrics > docs/metrics.md")
    }

    @Test func eachMetricIsListedOnceWithTheLabelsInOrder() {
        let all = MetricCatalogue.all
        #expect(Set(all.map(\.name)).count == all.count)
        for metric in all {
            #expect(metric.labels == metric.labels.sorted(), "\(metric.name)")
            #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"), "\(metric.name)")
        }
    }

    @Test func theKernelTellsOfThisProcess() throws {
        let lines = ProcessFacts.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        let values = Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let parts = line.split(separator: " ")
                return (String(parts[0]), Double(parts[1]) ?? -1)
            })
        let resident = try #require(values["process_resident_memory_bytes"])
        let limit = try #require(values["statuscast_process_memory_limit_bytes"])
        let descriptors = try #require(values["process_open_fds"])
        #expect(resident > 1e6 && resident < limit)
        #expect(descriptors > 2)
        let started = try #require(values["process_start_time_seconds"])
        let age = Date.now.timeIntervalSince1970 - started
        let processor = try #require(values["process_cpu_seconds_total"])
        #expect(age > -5 && age < 86_400)
        #expect(processor >= 0 && processor < 86_400)
    }
}
