/// The plots of a run.
extension RunReport {
    var plots: [Plot] {
        [
            Plot(
                title: "Statuses", unit: "statuses/s",
                lines: [
                    second("offered") { Double($0.offered) }, second("accepted") { Double($0.accepted) },
                    second("refused or failed") { Double($0.failed) },
                ]),
            Plot(
                title: "Deliveries synced in mailboxes", unit: "deliveries/s",
                lines: [
                    .init(name: "synced", points: rate(\.synced))
                ]),
            Plot(
                title: "Post to visible", unit: "ms", lines: visible.flatMap { lane in visibleLines(lane) },
                isLogarithmic: true),
            Plot(
                title: "Latency of posts from when they were due", unit: "ms",
                lines: [second("p50") { $0.postP50 }, second("p99") { $0.postP99 }].map(\.withoutZeros),
                isLogarithmic: true),
            Plot(
                title: "Latency of home reads", unit: "ms",
                lines: [second("p50") { $0.readP50 }, second("p99") { $0.readP99 }].map(\.withoutZeros),
                isLogarithmic: true),
            Plot(
                title: "Home reads", unit: "pages/s",
                lines: [
                    second("reads") { Double($0.reads) }, second("stale pages") { Double($0.staleReads) },
                ]),
            Plot(title: "Backlog", unit: "frames", lines: byName(\.backlog)),
            Plot(
                title: "Held in memory before they are written", unit: "deliveries",
                lines: [
                    .init(name: "pending", points: system.map { ($0.at, $0.pending) })
                ]),
            Plot(title: "Staleness: age of the oldest that waits", unit: "s", lines: byName(\.staleness)),
            Plot(title: "Processor", unit: "cores", lines: byProcess { $0.cpuSeconds }.map(\.derivative)),
            Plot(title: "Memory", unit: "MiB", lines: byProcess { $0.memoryBytes / 1_048_576 }),
            Plot(
                title: "Written to disk", unit: "MB/s",
                lines: byProcess { $0.writtenBytes / 1e6 }.map(\.derivative)),
        ]
    }

    private func second(_ name: String, _ value: (LoadSecond) -> Double) -> Plot.Line {
        Plot.Line(name: name, points: load.map { ($0.at, value($0)) })
    }

    private func rate(_ value: (SystemSample) -> Double) -> [(x: Double, y: Double)] {
        Plot.Line(name: "", points: system.map { ($0.at, value($0)) }).derivative.points
    }

    /// Topics that never held anything are left out.
    private func byName(_ values: (SystemSample) -> [String: Double]) -> [Plot.Line] {
        Set(system.flatMap { values($0).filter { $0.value > 0 }.keys }).sorted().map { name in
            Plot.Line(name: name, points: system.map { ($0.at, values($0)[name] ?? 0) })
        }
    }

    private func byProcess(_ value: (ProcessFigures) -> Double) -> [Plot.Line] {
        Set(system.flatMap(\.processes.keys)).sorted().map { name in
            Plot.Line(
                name: name,
                points: system.compactMap { sample in sample.processes[name].map { (sample.at, value($0)) } })
        }
    }

    /// Median and worst of every ten seconds.
    private func visibleLines(_ lane: VisibleLane) -> [Plot.Line] {
        let windows = Dictionary(grouping: lane.samples) { Int($0.at / 10) }.sorted { $0.key < $1.key }
        func line(_ name: String, _ pick: ([Double]) -> Double) -> Plot.Line {
            Plot.Line(
                name: "\(lane.lane), \(name)",
                points: windows.map { (Double($0.key) * 10 + 5, pick($0.value.map(\.milliseconds).sorted())) })
        }
        return [line("median of 10 s") { $0[$0.count / 2] }, line("worst of 10 s") { $0[$0.count - 1] }]
    }
}

extension Plot.Line {
    /// Change a second from each point to the next. A process that was started again begins at 0.
    var derivative: Plot.Line {
        let changes = zip(points, points.dropFirst()).compactMap { before, after in
            after.x > before.x ? (x: after.x, y: max(0, after.y - before.y) / (after.x - before.x)) : nil
        }
        return Plot.Line(name: name, points: changes)
    }

    /// Seconds in which nothing was measured.
    var withoutZeros: Plot.Line { Plot.Line(name: name, points: points.filter { $0.y > 0 }) }
}
