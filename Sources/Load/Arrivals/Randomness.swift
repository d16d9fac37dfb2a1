internal import Glibc

/// SplitMix64: the same numbers for the same seed on every machine, at a nanosecond each.
public struct Randomness: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// From 0 up to but not 1.
    public mutating func share() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// 0 to `count` - 1; `count` is at least 1.
    public mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    /// Exponentially distributed with mean 1: the gaps of arrivals that know nothing of each other.
    public mutating func gap() -> Double { -log(1 - share()) }
}
