/// How long to leave something alone that has failed: doubling from 50 ms to 2 s, each time somewhat at random, so
/// that those who met the same failure do not all come back at once.
struct Backoff: Sendable {
    private static let firstMilliseconds = 50
    private static let longestMilliseconds = 2000

    private var failures = 0

    var isFresh: Bool { failures == 0 }

    mutating func nextMilliseconds() -> Int {
        let full = min(Self.longestMilliseconds, Self.firstMilliseconds << min(failures, 10))
        failures += 1
        return Int.random(in: full / 2...full)
    }

    mutating func reset() { failures = 0 }
}
