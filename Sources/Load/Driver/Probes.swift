internal import LoadReport

/// Statuses that are followed until a reader's home shows them, by the lane of their author. Pure.
struct Probes {
    private struct Probe {
        var pair: LoadCast.Pair
        var due: UInt64
        var status: UInt64 = 0
    }

    /// More at the same time would be a load of their own.
    static let underWayMax = 200

    private let lanes: [String]
    private let pairs: [[LoadCast.Pair]]
    private var probes: [Int: Probe] = [:]
    private var taken = 0
    private var latencies: [String: Latencies] = [:]
    private var samples: [String: [RunReport.VisibleLane.Sample]] = [:]
    private var unseen: [String: Int] = [:]

    init(_ pairs: [LoadCast.Pair]) {
        let lanes = Set(pairs.map(\.lane)).sorted()
        self.lanes = lanes
        self.pairs = lanes.map { lane in pairs.filter { $0.lane == lane } }
    }

    var isEmpty: Bool { lanes.isEmpty }
    var underWay: Int { probes.count }

    /// The next pair, each lane in turn; nil where too many are under way: then that counts as unseen.
    mutating func begin(due: UInt64) -> (number: Int, pair: LoadCast.Pair)? {
        let number = taken
        taken += 1
        let lane = number % lanes.count
        let pair = pairs[lane][number / lanes.count % pairs[lane].count]
        guard probes.count < Self.underWayMax else {
            unseen[pair.lane, default: 0] += 1
            return nil
        }
        probes[number] = Probe(pair: pair, due: due)
        return (number, pair)
    }

    /// The status has an id: from now on it is looked for. Answers who has to look.
    mutating func posted(_ number: Int, status: UInt64) -> LoadCast.Pair? {
        probes[number]?.status = status
        return probes[number]?.pair
    }

    /// It was never posted: that is no matter of visibility.
    mutating func abandon(_ number: Int) { probes[number] = nil }

    /// A look is over. Answers after how many milliseconds to look again; nil where it was seen.
    mutating func looked(_ number: Int, seen: Bool, now: UInt64, runBegan: UInt64) -> Int? {
        guard let probe = probes[number] else { return nil }
        let microseconds = (now - probe.due) / 1_000
        // Rarer the longer it takes, so that looking does not become the load: at most 5 % of the latency measured.
        guard seen else { return Int(min(500, max(4, microseconds / 20_000))) }
        probes[number] = nil
        latencies[probe.pair.lane, default: Latencies()].add(microseconds: microseconds)
        samples[probe.pair.lane, default: []].append(
            .init(at: Double(probe.due - runBegan) / 1e9, milliseconds: Double(microseconds) / 1_000))
        return nil
    }

    /// What is still under way counts as unseen.
    mutating func lanesSeen() -> [RunReport.VisibleLane] {
        for probe in probes.values { unseen[probe.pair.lane, default: 0] += 1 }
        probes = [:]
        return lanes.map { lane in
            RunReport.VisibleLane(
                lane: lane, latency: LatencySummary(latencies[lane] ?? Latencies()), unseen: unseen[lane] ?? 0,
                samples: samples[lane] ?? [])
        }
    }
}
