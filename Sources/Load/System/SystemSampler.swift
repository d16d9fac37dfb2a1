internal import DurableFiles
internal import Foundation
public import LoadReport
internal import SystemClock

/// Asks the system's processes once a second what they have done and what waits, and the kernel what they use.
///
/// The pages are those that Prometheus reads, so a sample costs the system what a scrape costs. Processes on other
/// machines are asked, but the kernel of this one knows nothing of them.
public actor SystemSampler {
    private let targets: MetricsTargets
    private let threads = FileThreads(name: "sampler", count: 1)
    private var processes: [MetricsTargets.Target: Int32] = [:]
    private(set) public var samples: [RunReport.SystemSample] = []

    public init(metricsTargets directory: String) { targets = MetricsTargets(directory: directory) }

    /// One sample a second until cancelled; `began` is the run's start in monotonic nanoseconds.
    public func run(began: UInt64) async {
        while !Task.isCancelled {
            let next = ContinuousClock.now + .seconds(1)
            await take(at: Double(Int64(MonotonicClock.nanoseconds()) - Int64(began)) / 1e9)
            try? await ContinuousClock().sleep(until: next)
        }
    }

    /// Samples until nothing waits in two samples running, for so many seconds at most. Answers when that began, nil
    /// where it was not reached.
    public func untilClear(began: UInt64, limitSeconds: Double) async -> Double? {
        let deadline = ContinuousClock.now + .seconds(limitSeconds)
        var clearSince: Double?
        while ContinuousClock.now < deadline, !Task.isCancelled {
            let next = ContinuousClock.now + .seconds(1)
            await take(at: Double(Int64(MonotonicClock.nanoseconds()) - Int64(began)) / 1e9)
            // Nobody is there to wait for.
            guard let last = samples.last, last.processes.count > 1 || isComplete else { return nil }
            if last.isClear, isComplete {
                if let clearSince { return clearSince }
                clearSince = last.at
            } else {
                clearSince = nil
            }
            try? await ContinuousClock().sleep(until: next)
        }
        return nil
    }

    /// Whether the last sample has an answer of every process.
    private var isComplete = false

    public func take(at time: Double) async {
        var sample = RunReport.SystemSample(at: time)
        let found = await threads.run { [targets] in targets.read() }
        isComplete = !found.isEmpty
        for target in found {
            guard let page = await page(of: target) else {
                isComplete = false
                continue
            }
            sample.add(page)
        }
        let figures = await figures(of: found)
        sample.processes = figures
        samples.append(sample)
    }

    private func page(of target: MetricsTargets.Target) async -> MetricsPage? {
        guard let connection = try? await HTTPConnection.connect(host: target.host, port: target.port) else {
            return nil
        }
        let request = HTTPRequest(authority: "\(target.host):\(target.port)").bytes("GET", "/metrics")
        let answer = try? await connection.send(request)
        await connection.close()
        guard let answer, answer.status == 200 else { return nil }
        return MetricsPage(String(decoding: answer.body, as: UTF8.self))
    }

    private func figures(of found: [MetricsTargets.Target]) async -> [String: ProcessFigures] {
        let known = processes
        let (now, figures) = await threads.run {
            var now: [MetricsTargets.Target: Int32] = [:]
            var figures: [String: ProcessFigures] = [:]
            for target in found {
                guard let id = known[target] ?? ListeningProcess.on(port: target.port) else { continue }
                now[target] = id
                figures[target.name] = ProcessFigures.of(process: id)
            }
            figures[RunReport.generator] = ProcessFigures.of(process: getpid())
            return (now, figures)
        }
        processes = now
        return figures
    }
}
