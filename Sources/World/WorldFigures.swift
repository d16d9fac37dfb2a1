/// The figures of a world: what its numbers of followers, or of followings, come to.
public struct WorldFigures: Codable, Sendable, Hashable {
    public var accounts: Int
    public var edges: Int
    public var mean: Double
    public var median: Int
    public var p99: Int
    public var largest: Int

    /// The largest account's share of all accounts.
    public var largestShare: Double { Double(largest) / Double(max(1, accounts)) }

    public init(counts: [UInt32]) {
        let sorted = counts.sorted()
        accounts = sorted.count
        edges = sorted.reduce(0) { $0 + Int($1) }
        mean = sorted.isEmpty ? 0 : Double(edges) / Double(sorted.count)
        func rank(_ share: Double) -> Int {
            sorted.isEmpty ? 0 : Int(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))])
        }
        median = rank(0.5)
        p99 = rank(0.99)
        largest = Int(sorted.last ?? 0)
    }
}

/// What a distribution says of itself, to be held beside the figures of a world that was made from it.
public struct StatedFigures: Codable, Sendable, Hashable {
    public var mean: Double?
    public var median: Double?
    public var p99: Double?
    public var largest: Double?

    init() {}

    /// Cut off at the largest account, and for the number of accounts; nil where the distribution says nothing.
    public init(of parameters: WorldParameters) {
        switch parameters.distribution {
        case .lognormal, .twitter2009: self = FollowerCounts.stated(by: parameters)
        case .flat(let followers):
            let value = Double(followers)
            (mean, median, p99, largest) = (value, value, value, value)
        case .celebrity(let followers, let others):
            let most = Double(followers ?? parameters.accounts - 1)
            mean = Double(others) + (most - Double(others)) / Double(parameters.accounts)
            (median, largest) = (Double(others), max(most, Double(others)))
        case .hyperfollower(let hyper, let following, let others):
            mean = Double(others) + Double(hyper * following) / Double(parameters.accounts)
        case .edgeList: break
        }
    }
}
