import Testing
import World

/// Worlds of 50,000 accounts have the figures that their distributions state.
struct DistributionTests {
    static let accounts = 50_000

    @Test func lognormalHasItsFigures() throws {
        let seed: UInt64 = 2026
        let parameters = try WorldParameters(distribution: .lognormal(mean: nil), seed: seed, accounts: Self.accounts)
        let (followers, following) = try counts(of: parameters)
        let figures = WorldFigures(counts: followers)
        // Cut off at 20 % of all accounts, the median of 61 and the 99th percentile of 2,522 lie a little lower.
        #expect((58...63).contains(figures.median), "seed \(seed): median \(figures.median)")
        #expect((2_100...2_600).contains(figures.p99), "seed \(seed): p99 \(figures.p99)")
        #expect((0.15...0.22).contains(figures.largestShare), "seed \(seed): largest \(figures.largest)")
        let stated = StatedFigures(of: parameters)
        try isNear(figures.mean, stated.mean, within: 0.01, "mean")
        try isNear(Double(figures.median), stated.median, within: 0.03, "median")
        try isNear(Double(figures.p99), stated.p99, within: 0.03, "p99")
        try isNear(Double(figures.largest), stated.largest, within: 0.03, "largest")
        // Half a lognormal's spread: the 99th percentile of followings lies far above the median.
        let followings = WorldFigures(counts: following)
        #expect(followings.edges == figures.edges)
        #expect(Double(followings.p99) > 6 * Double(followings.median), "seed \(seed): \(followings)")
    }

    @Test func theTailIsAParetoWithIndexNineTenths() throws {
        let parameters = try WorldParameters(distribution: .lognormal(mean: nil), seed: 7, accounts: 400_000)
        let counts = try WorldGenerator(parameters).plannedCounts.sorted()
        func value(at quantile: Double) -> Double { Double(counts[Int(quantile * Double(counts.count))]) }
        // Ten times rarer is 10^(1/0.9) = 12.9 times as large, and 9.0 times once all above 20 % is cut off: another
        // index of the tail would show.
        let ratio = value(at: 0.999) / value(at: 0.99)
        #expect((8.5...9.5).contains(ratio), "\(ratio)")
    }

    @Test func aMeanScalesTheLognormal() throws {
        let parameters = try WorldParameters(distribution: .lognormal(mean: 100), seed: 3, accounts: Self.accounts)
        let figures = WorldFigures(counts: try WorldGenerator(parameters).plannedCounts)
        #expect((99.0...101.0).contains(figures.mean), "\(figures.mean)")
        #expect((0.15...0.22).contains(figures.largestShare))
    }

    @Test func twitterOf2009HasItsMeanAndExponent() throws {
        let parameters = try WorldParameters(distribution: .twitter2009, seed: 3, accounts: 400_000)
        let counts = try WorldGenerator(parameters).plannedCounts
        let figures = WorldFigures(counts: counts)
        #expect((34.5...35.5).contains(figures.mean), "\(figures.mean)")
        // The share above x falls with x^-1.28: an exponent of 2.28 for the density.
        let (far, near) = (counts.filter { $0 >= 2_000 }.count, counts.filter { $0 >= 200 }.count)
        let ratio = Double(near) / Double(far)
        #expect((16.0...22.0).contains(ratio), "10^1.28 is 19; \(ratio)")
    }

    @Test func flatIsFlat() throws {
        let parameters = try WorldParameters(distribution: .flat(followers: 20), seed: 3, accounts: 2_000)
        let (followers, following) = try counts(of: parameters)
        #expect(followers.allSatisfy { $0 == 20 })
        #expect(following.reduce(0, +) == 40_000)
    }

    @Test(arguments: [nil, 1_500])
    func aCelebrityHasItsFollowers(count: Int?) throws {
        let parameters = try WorldParameters(
            distribution: .celebrity(followers: count, others: 10), seed: 3, accounts: 2_000)
        let followers = try counts(of: parameters).followers.sorted()
        #expect(followers.last == UInt32(count ?? 1_999))
        #expect(followers.dropLast().allSatisfy { $0 == 10 })
    }

    @Test func hyperfollowersFollowExactlyAsMany() throws {
        let parameters = try WorldParameters(
            distribution: .hyperfollower(accounts: 3, following: 1_000, others: 5), seed: 3, accounts: 3_000)
        let following = try counts(of: parameters).following
        // The first three; beside that they may be drawn like everybody.
        #expect(following.prefix(3).allSatisfy { (1_000...1_100).contains($0) }, "\(following.prefix(3))")
        #expect(following.dropFirst(3).allSatisfy { $0 < 1_000 })
    }

    @Test(arguments: [-1.0, 0.1, 5_001]) func aMeanThatCannotBeIsRefused(mean: Double) {
        #expect(throws: WorldError.self) {
            try WorldParameters(distribution: .lognormal(mean: mean), seed: 1, accounts: Self.accounts)
        }
    }

    private func isNear(_ value: Double, _ stated: Double?, within share: Double, _ what: Comment) throws {
        let stated = try #require(stated)
        #expect(abs(value - stated) <= stated * share, what)
    }
}
