/// How long to leave something alone that has failed: doubling from 50 ms up to a limit, each time somewhat at random,
/// so that those who met the same failure do not all come back at once.
public struct Backoff: Sendable {
    private static let firstMilliseconds = 50

    private let longestMilliseconds: Int
    private var failures = 0

    public init(longestMilliseconds: Int = 2_000) { self.longestMilliseconds = longestMilliseconds }

    /// Whether nothing has failed since the start or the last `reset`.
    public var isFresh: Bool { failures == 0 }

    /// For the next failure: between half and all of what it has grown to.
    public mutating func nextMilliseconds() -> Int {
        let full = min(longestMilliseconds, Self.firstMilliseconds << min(failures, 10))
        failures += 1
        return Int.random(in: full / 2...full)
    }

    public mutating func reset() { failures = 0 }
}
