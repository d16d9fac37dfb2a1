import StatuscastModel

/// Accounts and who follows whom, from a seed: followers lognormal (median 61, sigma 1.6) with a Pareto tail of index 0.9
/// above the 99th percentile, scaled to a number of edges, the largest a fifth of all. Followings are lognormal as well.
struct World {
    let accounts: Int
    /// Expected, by account.
    let followers: [Double]
    private let seed: UInt64
    /// Draws an account by its followers in constant time (Walker's alias method).
    private var cuts: [Double]
    private var aliases: [Int32]
    private var lists: [[AccountID]] = []

    init(accounts: Int, edges: Int, seed: UInt64) {
        self.accounts = accounts
        self.seed = seed
        var random = SplitMix(state: seed)
        let quantile99 = 61 * exponential(1.6 * 2.3263)
        let drawn = (0..<accounts).map { _ -> Double in
            let place = random.unit()
            if place > 0.99 { return quantile99 * power((1 - place) / 0.01, -1 / 0.9) }
            return 61 * exponential(1.6 * random.normal())
        }
        var scale = 1.0
        let most = Double(accounts) / 5
        for _ in 0..<30 { scale *= Double(edges) / drawn.reduce(0) { $0 + min($1 * scale, most) } }
        followers = drawn.map { min($0 * scale, most) }
        let mean = followers.reduce(0, +) / Double(accounts)
        cuts = followers.map { $0 / mean }
        aliases = (0..<Int32(accounts)).map { $0 }
        var small = cuts.indices.filter { cuts[$0] < 1 }
        var large = cuts.indices.filter { cuts[$0] >= 1 }
        while let poor = small.popLast(), let rich = large.last {
            aliases[poor] = Int32(rich)
            cuts[rich] -= 1 - cuts[poor]
            if cuts[rich] < 1 {
                large.removeLast()
                small.append(rich)
            }
        }
        lists = (0..<min(accounts, 10_000)).map(draw)
    }

    var mean: Double { followers.reduce(0, +) / Double(accounts) }
    var largest: Int { followers.indices.max { followers[$0] < followers[$1] } ?? 0 }

    static func id(_ account: Int) -> AccountID {
        AccountID(unixMilliseconds: 1_790_000_000_000 + UInt64(account) * 977, node: 3, sequence: 0)
    }

    /// Whom an account follows, each once. Every 10,000th account follows the same ones, so that the world is made in
    /// less time than it takes to load it.
    func followees(of account: Int) -> [AccountID] { lists[account % lists.count] }

    /// Of a few less than are drawn, for some are drawn twice.
    private func draw(_ list: Int) -> [AccountID] {
        var random = SplitMix(state: seed &* 31 &+ UInt64(list) << 20)
        let wanted = Int(max(1, mean * exponential(1.0 * random.normal() - 0.5)))
        var drawn = (0..<wanted).map { _ -> Int32 in
            let number = random.next()
            let place = Int(number % UInt64(accounts))
            return Double(number >> 11) / 9_007_199_254_740_992 < cuts[place] ? Int32(place) : aliases[place]
        }
        drawn.sort()
        return drawn.indices.compactMap { $0 > 0 && drawn[$0 - 1] == drawn[$0] ? nil : Self.id(Int(drawn[$0])) }
    }

    /// What these accounts follow, as an import says it: in events of 200 accounts.
    func events(of accounts: Range<Int>, firstMilliseconds milliseconds: inout UInt64) -> [AccountEvent] {
        stride(from: accounts.lowerBound, to: accounts.upperBound, by: 200).map { start in
            milliseconds += 1
            let lists = (start..<min(start + 200, accounts.upperBound)).map {
                AccountEvent.ImportedFollows(follower: Self.id($0), followees: followees(of: $0))
            }
            return AccountEvent(
                id: EventID(unixMilliseconds: milliseconds, node: 1, sequence: 0), change: .followsImported(lists))
        }
    }
}
