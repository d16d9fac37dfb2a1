/// How the numbers of followers are spread over the accounts of a world.
public enum WorldDistribution: Codable, Sendable, Hashable {
    /// Active accounts of today: a lognormal body (median 61, sigma 1.6), above its 99th percentile a Pareto tail with
    /// index 0.9, the largest account followed by 20 % of all. A mean scales all of it.
    case lognormal(mean: Double?)
    /// Twitter in 2009: mean 35, a power law with exponent 2.28, the largest account followed by 7 % of all.
    case twitter2009
    /// Everybody has the same number of followers.
    case flat(followers: Int)
    /// One account has `followers`, or everybody, and all others have `others`.
    case celebrity(followers: Int?, others: Int)
    /// Some accounts follow `following` others each; apart from them everybody has `others` followers.
    case hyperfollower(accounts: Int, following: Int, others: Int)
    /// From a file; the text is what the file was called.
    case edgeList(name: String)

    public var name: String {
        switch self {
        case .lognormal: "lognormal"
        case .twitter2009: "twitter-2009"
        case .flat: "flat"
        case .celebrity: "celebrity"
        case .hyperfollower: "hyperfollower"
        case .edgeList: "edge-list"
        }
    }
}

/// All that a world follows from, but for an edge list file.
public struct WorldParameters: Codable, Sendable, Hashable {
    /// The most accounts: their numbers are 32 bits.
    public static let accountsMax = 1 << 31

    public var distribution: WorldDistribution
    public var seed: UInt64
    public var accounts: Int
    /// What usernames begin with; worlds with different prefixes can live in one instance.
    public var namePrefix: String

    /// Throws `.invalid`.
    public init(
        distribution: WorldDistribution, seed: UInt64, accounts: Int, namePrefix: String = "w"
    ) throws(WorldError) {
        guard (2...Self.accountsMax).contains(accounts) else {
            throw WorldError(.invalid, "a world has 2 to \(Self.accountsMax) accounts, not \(accounts)")
        }
        guard AccountNames.isPrefix(namePrefix) else {
            throw WorldError(.invalid, "usernames begin with 1 to 16 ASCII letters, digits or underscores")
        }
        self.distribution = distribution
        self.seed = seed
        self.accounts = accounts
        self.namePrefix = namePrefix
        try check()
    }

    private func check() throws(WorldError) {
        func bounded(_ value: Int, _ what: String) throws(WorldError) {
            guard (0..<accounts).contains(value) else {
                throw WorldError(.invalid, "\(what): 0 to \(accounts - 1) with \(accounts) accounts, not \(value)")
            }
        }
        switch distribution {
        case .lognormal(let mean?):
            guard mean >= 0.5, mean <= Double(accounts) / 10 else {
                throw WorldError(.invalid, "a mean of 0.5 to \(accounts / 10) followers with \(accounts) accounts")
            }
        case .flat(let followers): try bounded(followers, "followers")
        case .celebrity(let followers, let others):
            try bounded(followers ?? 0, "followers of the celebrity")
            try bounded(others, "followers of the others")
        case .hyperfollower(let hyper, let following, let others):
            try bounded(hyper, "accounts that follow very many")
            try bounded(following, "what each of them follows")
            try bounded(others, "followers of the others")
        case .lognormal, .twitter2009, .edgeList: break
        }
    }
}
