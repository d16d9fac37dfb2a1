/// One of the numbers that a run comes down to.
public struct Figure: Sendable, Hashable {
    public var name: String
    /// Nil where it could not be measured.
    public var value: Double?
    public var unit: String

    init(_ name: String, _ value: Double?, _ unit: String) {
        self.name = name
        self.value = value.flatMap { $0.isFinite ? $0 : nil }
        self.unit = unit
    }

    /// With as many digits as it deserves: three, or all of those before the point.
    public var text: String { value.map { "\(Figure.text($0)) \(unit)" } ?? "not measured" }

    static func text(_ value: Double) -> String {
        let size = abs(value)
        if size >= 100 || value == 0 { return grouped(Int(value.rounded())) }
        let digits = size >= 10 ? 1 : size >= 1 ? 2 : 3
        let scale = [1.0, 10, 100, 1_000][digits]
        let whole = Int((size * scale).rounded())
        let fraction = String(whole % Int(scale))
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(value < 0 ? "-" : "")\(whole / Int(scale)).\(zeros)\(fraction)"
    }

    static func grouped(_ value: Int) -> String {
        var digits = String(abs(value))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        groups.insert(digits, at: 0)
        return (value < 0 ? "-" : "") + groups.joined(separator: ",")
    }
}

extension RunReport {
    /// In the order in which they are shown; the same names in every report, so that two can be compared.
    public var figures: [Figure] {
        let posts = actions.first { $0.name == "post" }
        let reads = actions.first { $0.name == "read" }
        var figures = [
            Figure("statuses accepted", posts.map { Double($0.accepted) / answeringSeconds }, "/s"),
            Figure("statuses not accepted", posts.map { Double($0.refused + $0.unknown + $0.unsent) }, ""),
            Figure("post p50", posts?.latency.p50, "ms"),
            Figure("post p99", posts?.latency.p99, "ms"),
            Figure("deliveries synced", deliveries, ""),
            Figure("deliveries to the last sync", deliveryRate, "/s"),
        ]
        for lane in visible {
            figures.append(Figure("visible p50, \(lane.lane)", lane.latency.count > 0 ? lane.latency.p50 : nil, "ms"))
            figures.append(Figure("visible p99, \(lane.lane)", lane.latency.count > 0 ? lane.latency.p99 : nil, "ms"))
        }
        figures += [
            Figure("home reads", reads.map { Double($0.accepted) / answeringSeconds }, "/s"),
            Figure("home read p50", reads.flatMap { $0.latency.count > 0 ? $0.latency.p50 : nil }, "ms"),
            Figure("home read p99", reads.flatMap { $0.latency.count > 0 ? $0.latency.p99 : nil }, "ms"),
            Figure("backlog at most", system.map { $0.backlog.values.reduce(0, +) }.max(), "frames"),
            Figure("staleness at most", system.compactMap { $0.staleness.values.max() }.max(), "s"),
            Figure("all durable after", clearedAfterSeconds, "s"),
            Figure("CPU a million deliveries", perDelivery { $0.cpuSeconds }.map { $0 * 1e6 }, "s"),
            Figure("written a delivery", perDelivery { $0.writtenBytes }, "bytes"),
            Figure("memory of the system at most", memoryMax.map { $0 / 1_048_576 }, "MiB"),
            Figure("CPU of the generator", generatorCPU, "s"),
        ]
        return figures
    }

    /// The generator among the processes of a sample; it is not part of the system.
    public static let generator = "statuscast-load"

    /// How long load was answered: longer than it was offered where answers lagged behind it.
    private var answeringSeconds: Double { max(seconds, answeredAfterSeconds ?? 0) }

    var deliveries: Double? {
        guard let first = system.first, let last = system.last, last.synced > 0 else { return nil }
        return last.synced - first.synced
    }

    /// From the beginning of the run to the last sample at which something more was synced.
    private var deliveryRate: Double? {
        guard let deliveries, let total = system.last?.synced, let end = system.first(where: { $0.synced == total })
        else { return nil }
        return end.at > 0 ? deliveries / end.at : nil
    }

    private func perDelivery(_ value: (ProcessFigures) -> Double) -> Double? {
        guard let deliveries, deliveries > 0, let first = system.first, let last = system.last else { return nil }
        let used = last.processes.filter { $0.key != Self.generator }.map { name, figures in
            value(figures) - (first.processes[name].map(value) ?? 0)
        }
        return used.isEmpty ? nil : used.reduce(0, +) / deliveries
    }

    private var memoryMax: Double? {
        system.map { sample in
            sample.processes.filter { $0.key != Self.generator }.values.reduce(0) { $0 + $1.memoryBytes }
        }.max().flatMap { $0 > 0 ? $0 : nil }
    }

    private var generatorCPU: Double? {
        guard let first = system.first?.processes[Self.generator], let last = system.last?.processes[Self.generator]
        else { return nil }
        return last.cpuSeconds - first.cpuSeconds
    }
}
