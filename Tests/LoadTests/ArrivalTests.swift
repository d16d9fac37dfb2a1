import Testing
import World

@testable import Load

struct ArrivalTests {
    private func arrivals(_ profile: RateProfile, seed: UInt64 = 7) -> [Double] {
        var schedule = ArrivalSchedule(profile, seed: seed)
        var times: [Double] = []
        while let time = schedule.next() { times.append(time) }
        return times
    }

    @Test func aSteadyRateIsHeldWithTheSpreadOfChance() {
        let times = arrivals(RateProfile(from: 200, to: 200, seconds: 100))
        #expect(abs(times.count - 20_000) < 5 * 142, "\(times.count)")
        #expect(times == times.sorted() && (times.last ?? 0) < 100)
        // Of a Poisson process the counts of seconds vary as much as their mean.
        let counts = Dictionary(grouping: times) { Int($0) }.values.map { Double($0.count) }
        let variance = counts.map { ($0 - 200) * ($0 - 200) }.reduce(0, +) / Double(counts.count)
        #expect((120.0...320.0).contains(variance), "\(variance)")
    }

    @Test func aRampChangesSteadily() {
        let times = arrivals(RateProfile(from: 0, to: 400, seconds: 100))
        let quarter = times.count { $0 < 50 }
        #expect(abs(times.count - 20_000) < 800, "\(times.count)")
        #expect(abs(quarter - 5_000) < 400, "\(quarter)")
    }

    @Test func aBurstIsTwentyFiveTimesTheRateForTenSeconds() {
        var profile = RateProfile(from: 20, to: 20, seconds: 100)
        profile.bursts = 2
        let times = arrivals(profile)
        let inBursts = times.count { (20..<30).contains($0) || (70..<80).contains($0) }
        #expect(abs(inBursts - 10_000) < 500, "\(inBursts)")
        #expect(abs(times.count - inBursts - 1_600) < 250, "\(times.count)")
    }

    @Test func theSameSeedGivesTheSameArrivals() {
        let profile = RateProfile(from: 50, to: 80, seconds: 10)
        #expect(arrivals(profile, seed: 3) == arrivals(profile, seed: 3))
        #expect(arrivals(profile, seed: 3) != arrivals(profile, seed: 4))
    }

    @Test func drawsFollowTheirWeights() {
        let table = WeightedAccounts(weights: [1, 0, 3, 6])
        var random = SeededGenerator(seed: 5, .load)
        var counts = [0, 0, 0, 0]
        for _ in 0..<100_000 { counts[table.draw(&random)] += 1 }
        #expect(counts[1] == 0)
        for (count, share) in zip(counts, [0.1, 0, 0.3, 0.6]) { #expect(abs(Double(count) / 100_000 - share) < 0.01) }
    }

    @Test func theMixHasItsShares() {
        var mix = ActionMix()
        (mix.deletes, mix.follows, mix.unfollows, mix.reads) = (0.1, 0.2, 0.1, 2)
        var random = SeededGenerator(seed: 6, .load)
        var counts: [Action.Kind: Int] = [:]
        for _ in 0..<34_000 { counts[mix.draw(&random), default: 0] += 1 }
        for (kind, wanted) in [(Action.Kind.post, 10_000), (.read, 20_000), (.delete, 1_000), (.follow, 2_000)] {
            #expect(abs((counts[kind] ?? 0) - wanted) < 500, "\(counts)")
        }
    }
}
