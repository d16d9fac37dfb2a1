/// Makes the follows of a world from its parameters, account by account, in any order: nothing but a few bytes an
/// account is held. The same parameters give the same world.
public struct WorldGenerator: Sendable {
    public let parameters: WorldParameters
    /// How many followers accounts are to have, hyperfollowers left aside.
    public let plannedCounts: [UInt32]
    private let sampler: FollowerSampler
    private let hyperfollowers: [Hyperfollower]

    private struct Hyperfollower: Sendable {
        let order: IndexPermutation
        /// Whoever comes before this in the order is followed.
        let end: Int
    }

    /// Throws `.invalid` for an edge list, which is not made but read.
    public init(_ parameters: WorldParameters) throws(WorldError) {
        if case .edgeList = parameters.distribution {
            throw WorldError(.invalid, "an edge list is read from its file and not made")
        }
        self.parameters = parameters
        plannedCounts = FollowerCounts.made(by: parameters)
        sampler = FollowerSampler(seed: parameters.seed, accounts: parameters.accounts)
        hyperfollowers = Self.hyperfollowers(parameters)
    }

    /// Who follows an account, ascending, without repetitions and without the account; replaces what `followers` holds.
    public func followers(of account: Int, into followers: inout [UInt32]) {
        sampler.draw(Int(plannedCounts[account]), of: account, into: &followers)
        guard !hyperfollowers.isEmpty else { return }
        for (number, hyper) in hyperfollowers.enumerated() where number != account {
            if hyper.order.image(of: account) < hyper.end { followers.append(UInt32(number)) }
        }
        followers.sort()
        followers.removeRepeated()
    }

    /// They are the first accounts of the world.
    private static func hyperfollowers(_ parameters: WorldParameters) -> [Hyperfollower] {
        guard case .hyperfollower(let count, let following, _) = parameters.distribution else { return [] }
        return (0..<count).map { account in
            var random = SeededGenerator(seed: parameters.seed, .hyperfollowers, of: account)
            let order = IndexPermutation(count: parameters.accounts, random: &random)
            // Its own place does not count.
            let isWithin = order.image(of: account) < following
            return Hyperfollower(order: order, end: following + (isWithin ? 1 : 0))
        }
    }
}
