/// A page of metrics in Prometheus' text form, read as far as a report needs it.
public struct MetricsPage: Sendable {
    public struct Row: Sendable, Hashable {
        public var labels: [String: String]
        public var value: Double
    }

    private var rows: [String: [Row]] = [:]

    public init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                continue
            }
            let series = line[..<space]
            let name = series.prefix { $0 != "{" }
            rows[String(name), default: []].append(Row(labels: Self.labels(series.dropFirst(name.count)), value: value))
        }
    }

    public subscript(name: String) -> [Row] { rows[name] ?? [] }
    public func sum(_ name: String) -> Double { self[name].reduce(0) { $0 + $1.value } }

    /// Our own label values hold neither quotes nor commas.
    private static func labels(_ text: Substring) -> [String: String] {
        var labels: [String: String] = [:]
        for part in text.dropFirst().dropLast().split(separator: ",") {
            let halves = part.split(separator: "=", maxSplits: 1)
            if halves.count == 2 { labels[String(halves[0])] = halves[1].filter { $0 != "\"" } }
        }
        return labels
    }
}

extension RunReport.SystemSample {
    /// Adds what one process tells of itself.
    public mutating func add(_ page: MetricsPage) {
        synced += page.sum("statuscast_deliver_synced_deliveries_total")
        pending += page.sum("statuscast_deliver_pending_deliveries")
        // Nodes hold different frames; groups of a topic wait for the same ones. Nobody commits for the look-ups.
        var frames: [String: [String: Double]] = [:]
        for row in page["statuscast_queue_depth_frames"] where row.labels["group"] != "lookups" {
            guard let topic = row.labels["topic"], let group = row.labels["group"] else { continue }
            frames[topic, default: [:]][group, default: 0] += row.value
        }
        for (topic, groups) in frames { backlog[topic, default: 0] += groups.values.max() ?? 0 }
        for row in page["statuscast_queue_oldest_seconds"] where row.labels["group"] != "lookups" {
            guard let topic = row.labels["topic"] else { continue }
            staleness[topic] = max(staleness[topic] ?? 0, row.value)
        }
    }

    /// Nothing waits in any topic or in a worker's memory.
    public var isClear: Bool { pending == 0 && backlog.values.allSatisfy { $0 == 0 } }
}
