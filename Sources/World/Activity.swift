internal import Glibc

/// How much accounts post, beside each other: the more followers the more, with a wide spread among equals.
public enum Activity {
    static let followersExponent = 0.5
    static let spreadSigma = 1.0

    /// A weight for each account, above 0; it follows from the seed and the numbers of followers.
    public static func weights(of world: World) throws(WorldError) -> [Double] {
        weights(followerCounts: try world.followerCounts(), seed: world.description.parameters.seed)
    }

    static func weights(followerCounts: [UInt32], seed: UInt64) -> [Double] {
        var random = SeededGenerator(seed: seed, .activity)
        return followerCounts.map { followers in
            let spread = exp(spreadSigma * inverseNormal(min(1 - 1e-9, max(1e-9, random.uniform()))))
            return pow(Double(followers) + 1, followersExponent) * spread
        }
    }
}

/// Draws accounts in proportion to weights, for instance authors by their activity. Constant time; 8 bytes an account.
public struct WeightedAccounts: Sendable {
    private let table: AliasTable

    /// None below 0, and at least one above.
    public init(weights: [Double]) { table = AliasTable(weights: weights) }

    public func draw(_ random: inout SeededGenerator) -> Int { table.draw(&random) }
}
