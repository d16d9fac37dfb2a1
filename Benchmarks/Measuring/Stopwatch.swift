/// Seconds since it was made.
public struct Stopwatch: Sendable {
    private let start = ContinuousClock.now

    public init() {}

    public var seconds: Double { start.seconds(to: .now) }
}

extension ContinuousClock.Instant {
    public func seconds(to later: ContinuousClock.Instant) -> Double {
        let components = (later - self).components
        return Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

/// The value below which `share` of the values lie; they are sorted for it.
public func percentile(_ share: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}

/// Waits until something holds; throws when that takes longer than it may.
public func waitUntil(
    _ what: String, withinSeconds limit: Double, everyMilliseconds: Int = 20, _ holds: () async throws -> Bool
) async throws {
    let watch = Stopwatch()
    while try await !holds() {
        guard watch.seconds < limit else { throw BenchmarkError("\(what): not within \(limit) s") }
        try await ContinuousClock().sleep(for: .milliseconds(everyMilliseconds))
    }
}
