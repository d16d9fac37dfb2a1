internal import Glibc
internal import World

/// How many statuses a second are due, over the time of a run.
public struct RateProfile: Sendable, Hashable {
    /// At the beginning and at the end; between them the rate changes steadily.
    public var from: Double
    public var to: Double
    public var seconds: Double
    /// Evenly spread over the run; in each the rate is `burstFactor` times what it would be.
    public var bursts = 0
    public var burstSeconds = 10.0
    public var burstFactor = 25.0

    public init(from: Double, to: Double, seconds: Double) {
        self.from = from
        self.to = to
        self.seconds = seconds
    }

    public func rate(at time: Double) -> Double {
        let steady = from + (to - from) * time / seconds
        return isBurst(time) ? steady * burstFactor : steady
    }

    /// The highest rate of the run.
    public var peak: Double { max(from, to) * (bursts > 0 ? burstFactor : 1) }

    /// Each burst begins in the middle of its share of the run, so that there is quiet before it and after it.
    private func isBurst(_ time: Double) -> Bool {
        guard bursts > 0 else { return false }
        let share = seconds / Double(bursts)
        let within = time.truncatingRemainder(dividingBy: share) - (share - burstSeconds) / 2
        return within >= 0 && within < burstSeconds
    }
}

/// When things are due: arrivals that are independent of each other (a Poisson process) and of every answer.
///
/// Exact for a changing rate: drawn at the peak rate, and kept with the share that the rate has of it.
public struct ArrivalSchedule: Sendable {
    private let profile: RateProfile
    /// Arrivals for each status that is due.
    private let multiple: Double
    private var random: SeededGenerator
    private var time = 0.0

    public init(_ profile: RateProfile, multiple: Double = 1, seed: UInt64) {
        self.profile = profile
        self.multiple = multiple
        random = SeededGenerator(seed: seed, .arrivals)
    }

    /// Seconds from the start of the run; nil after its end.
    public mutating func next() -> Double? {
        let peak = profile.peak
        guard peak > 0, multiple > 0 else { return nil }
        while true {
            time += exponentialGap() / (peak * multiple)
            guard time < profile.seconds else { return nil }
            if random.uniform() * peak < profile.rate(at: time) { return time }
        }
    }

    /// With mean 1: the gaps of arrivals that know nothing of each other.
    private mutating func exponentialGap() -> Double { -log(1 - random.uniform()) }
}
