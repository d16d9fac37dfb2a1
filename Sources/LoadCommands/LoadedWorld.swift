internal import Load
internal import LoadReport
internal import Settings

/// A world as runs and verifications need it: who there is, who follows whom, and with which tokens to speak for them.
protocol LoadedWorld: Sendable {
    /// Accounts by number.
    var ids: [UInt64] { get }
    /// Tokens of those that a run may act as, by number.
    var tokens: [(account: Int, token: [UInt8])] { get }
    /// Each follow as (follower, followee) by number; the same ones in every call. Blocks.
    func forEachEdge(_ body: (UInt32, UInt32) -> Void) throws
}

extension LoadedWorld {
    /// Who takes part in a run: the first `active` accounts with tokens, and pairs of them of whom one follows the other.
    func cast(active: Int, bulkFollowersAbove: Int) throws -> LoadCast {
        let chosen = tokens.prefix(active)
        guard chosen.count > 1 else {
            throw LoadError("the world has tokens of \(chosen.count) accounts; a run needs two at least")
        }
        var followers = [Int](repeating: 0, count: ids.count)
        var edges = 0
        try forEachEdge { _, followee in
            followers[Int(followee)] += 1
            edges += 1
        }
        let places = Dictionary(chosen.enumerated().map { ($1.account, $0) }, uniquingKeysWith: { first, _ in first })
        var pairs = PairChoice()
        try forEachEdge { follower, followee in
            guard let author = places[Int(followee)], let reader = places[Int(follower)] else { return }
            let lane = followers[Int(followee)] > bulkFollowersAbove ? "bulk" : "normal"
            pairs.offer(.init(lane: lane, author: author, reader: reader))
        }
        return LoadCast(
            ids: chosen.map { ids[$0.account] }, followers: chosen.map { followers[$0.account] },
            tokens: chosen.map(\.token), pairs: pairs.pairs,
            world: .init(accounts: ids.count, edges: edges, active: chosen.count))
    }
}

/// Up to 64 pairs of each lane, any as likely as another.
private struct PairChoice {
    private static let perLane = 64
    private var lanes: [String: (offered: Int, pairs: [LoadCast.Pair])] = [:]
    private var random = Randomness(seed: 64)

    mutating func offer(_ pair: LoadCast.Pair) {
        var lane = lanes[pair.lane] ?? (0, [])
        lane.offered += 1
        if lane.pairs.count < Self.perLane {
            lane.pairs.append(pair)
        } else {
            let place = random.below(lane.offered)
            if place < Self.perLane { lane.pairs[place] = pair }
        }
        lanes[pair.lane] = lane
    }

    var pairs: [LoadCast.Pair] { lanes.sorted { $0.key < $1.key }.flatMap(\.value.pairs) }
}
