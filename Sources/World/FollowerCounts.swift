/// How many followers each account of a world is to have.
///
/// The distribution is cut off at the largest account and then met by rank, not by chance: of n accounts each takes one
/// n-th of it, so that a world of any size has the figures of its distribution. Which account gets which rank is drawn.
enum FollowerCounts {
    /// Of all accounts.
    private static let lognormalLargest = 0.2
    private static let twitterLargest = 0.07

    /// By account number. Nothing for an edge list.
    static func made(by parameters: WorldParameters) -> [UInt32] {
        let accounts = parameters.accounts
        var counts: [UInt32]
        switch parameters.distribution {
        case .lognormal(let mean): counts = ranked(lognormal(mean, parameters), parameters, lognormalLargest)
        case .twitter2009: counts = ranked(twitter(parameters), parameters, twitterLargest)
        case .flat(let followers): return Array(repeating: UInt32(followers), count: accounts)
        case .celebrity(let followers, let others):
            counts = Array(repeating: UInt32(others), count: accounts)
            counts[accounts - 1] = UInt32(followers ?? accounts - 1)
        case .hyperfollower(_, _, let others): return Array(repeating: UInt32(others), count: accounts)
        case .edgeList: return []
        }
        shuffle(&counts, seed: parameters.seed)
        return counts
    }

    /// The figures of the laws that have some, cut off at the largest account.
    static func stated(by parameters: WorldParameters) -> StatedFigures {
        var stated = StatedFigures()
        func fill(_ law: some Quantiles, _ share: Double) {
            let end = law.quantile(of: Double(parameters.accounts) * share)
            stated.mean = meanOfRanks(law, parameters, share)
            (stated.median, stated.p99) = (law.value(at: 0.5 * end), law.value(at: 0.99 * end))
            stated.largest = Double(parameters.accounts) * share
        }
        switch parameters.distribution {
        case .lognormal(let mean): fill(lognormal(mean, parameters), lognormalLargest)
        case .twitter2009: fill(twitter(parameters), twitterLargest)
        case .flat, .celebrity, .hyperfollower, .edgeList: break
        }
        return stated
    }

    private static func lognormal(_ mean: Double?, _ parameters: WorldParameters) -> LognormalQuantiles {
        guard let mean else { return LognormalQuantiles() }
        return LognormalQuantiles(
            scale: scale(reaching: mean, parameters, lognormalLargest) { LognormalQuantiles(scale: $0) })
    }

    /// Cut off, the law has a lower mean than the 35 that it is known for.
    private static func twitter(_ parameters: WorldParameters) -> TwitterQuantiles {
        let mean = min(TwitterQuantiles.mean, Double(parameters.accounts) * 0.02)
        return TwitterQuantiles(
            scale: scale(reaching: mean, parameters, twitterLargest) { TwitterQuantiles(scale: $0) })
    }

    /// By bisection: the mean grows with the scale.
    private static func scale(
        reaching mean: Double, _ parameters: WorldParameters, _ largestShare: Double, _ law: (Double) -> any Quantiles
    ) -> Double {
        var (low, high) = (1e-6, 1e6)
        for _ in 0..<40 {
            let middle = (low * high).squareRoot()
            // A sample of ranks is enough, and the largest accounts are in it.
            if meanOfRanks(law(middle), parameters, largestShare) < mean { low = middle } else { high = middle }
        }
        return high
    }

    private static func meanOfRanks(_ law: any Quantiles, _ parameters: WorldParameters, _ share: Double) -> Double {
        let largest = Double(parameters.accounts) * share
        let end = law.quantile(of: largest)
        let ranks = min(parameters.accounts, 200_000)
        return (0..<ranks).reduce(0) { $0 + law.value(at: (Double($1) + 0.5) / Double(ranks) * end) } / Double(ranks)
    }

    private static func ranked(
        _ law: some Quantiles, _ parameters: WorldParameters, _ largestShare: Double
    ) -> [UInt32] {
        let accounts = parameters.accounts
        let end = law.quantile(of: Double(accounts) * largestShare)
        var random = SeededGenerator(seed: parameters.seed, .followerCounts)
        return (0..<accounts).map { rank in
            let exact = law.value(at: (Double(rank) + 0.5) / Double(accounts) * end)
            // Rounded by chance, so that the mean stays.
            return UInt32(min(Double(accounts - 1), exact + random.uniform()))
        }
    }

    private static func shuffle(_ counts: inout [UInt32], seed: UInt64) {
        var random = SeededGenerator(seed: seed, .places)
        for index in stride(from: counts.count - 1, to: 0, by: -1) {
            counts.swapAt(index, random.index(below: index + 1))
        }
    }
}
