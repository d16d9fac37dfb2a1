internal import LoadReport

/// Counts and latencies of a run, in whole and by second.
struct Tally {
    private var totals: [RunReport.ActionTotals]
    private var latencies: [Latencies]
    private(set) var seconds: [RunReport.LoadSecond] = []
    private var second = RunReport.LoadSecond(at: 1)
    private var postsOfSecond = Latencies()
    private var readsOfSecond = Latencies()

    init() {
        latencies = Action.Kind.allCases.map { _ in Latencies() }
        totals = Action.Kind.allCases.map {
            RunReport.ActionTotals(name: $0.name, latency: LatencySummary(Latencies()))
        }
    }

    enum Outcome {
        case accepted
        case refused
        case unknown
        case unsent
    }

    mutating func offered(_ kind: Action.Kind) {
        totals[kind.rawValue].offered += 1
        if kind == .post { second.offered += 1 }
    }

    mutating func finished(_ kind: Action.Kind, _ outcome: Outcome, microseconds: UInt64, isStale: Bool = false) {
        switch outcome {
        case .accepted: totals[kind.rawValue].accepted += 1
        case .refused: totals[kind.rawValue].refused += 1
        case .unknown: totals[kind.rawValue].unknown += 1
        case .unsent: totals[kind.rawValue].unsent += 1
        }
        if kind == .post, outcome != .accepted { second.failed += 1 }
        guard outcome == .accepted else { return }
        latencies[kind.rawValue].add(microseconds: microseconds)
        if kind == .post {
            second.accepted += 1
            postsOfSecond.add(microseconds: microseconds)
        } else if kind == .read {
            second.reads += 1
            if isStale { second.staleReads += 1 }
            readsOfSecond.add(microseconds: microseconds)
        }
    }

    /// Ends a second.
    mutating func tick(waiting: Int) {
        second.waiting = waiting
        second.postP50 = postsOfSecond.milliseconds(percentile: 50)
        second.postP99 = postsOfSecond.milliseconds(percentile: 99)
        second.readP50 = readsOfSecond.milliseconds(percentile: 50)
        second.readP99 = readsOfSecond.milliseconds(percentile: 99)
        seconds.append(second)
        second = RunReport.LoadSecond(at: second.at + 1)
        postsOfSecond.reset()
        readsOfSecond.reset()
    }

    /// Of what was done at all, in the order of the kinds; looks for visible statuses are no load.
    var actions: [RunReport.ActionTotals] {
        Action.Kind.allCases.compactMap { kind in
            guard kind != .look, totals[kind.rawValue].offered > 0 else { return nil }
            var total = totals[kind.rawValue]
            total.latency = LatencySummary(latencies[kind.rawValue])
            return total
        }
    }
}
