/// Random numbers that follow from a seed alone (SplitMix64): the same on every machine and in every release.
///
/// What belongs to one account draws from a generator of its own, so that it does not depend on what was asked before.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What numbers are drawn for; the raw values are part of what a seed means.
    public enum Purpose: UInt64, Sendable {
        case followerCounts = 1
        case places = 2
        case followers = 3
        case followingWeights = 4
        case hyperfollowers = 5
        case activity = 6
        /// What a load consists of.
        case load = 7
        /// When it is due.
        case arrivals = 8
        /// Between whom it is looked for what became visible.
        case probes = 9
    }

    private var state: UInt64

    public init(seed: UInt64, _ purpose: Purpose, of account: Int = 0) {
        state = Self.mixed(Self.mixed(Self.mixed(seed) ^ purpose.rawValue) &+ UInt64(account))
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// At least 0, below 1.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Below `count`, which is at most 2^32; the bias is below one in 2^32.
    public mutating func index(below count: Int) -> Int { Int(((next() >> 32) * UInt64(count)) >> 32) }

    static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
