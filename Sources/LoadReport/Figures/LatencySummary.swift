public import Histogram

/// Latencies in microseconds, from 1 to two minutes, to three digits. What is longer counts as two minutes.
public struct Latencies: Sendable {
    public static let microsecondsMax: UInt64 = 120_000_000

    public private(set) var histogram = Histogram<UInt64>(
        highestTrackableValue: microsecondsMax, numberOfSignificantValueDigits: .three)

    public init() {}

    public mutating func add(microseconds: UInt64) { histogram.record(max(1, min(microseconds, Self.microsecondsMax))) }
    public mutating func merge(_ other: Latencies) { histogram.add(other.histogram) }
    public mutating func reset() { histogram.reset() }

    public var count: Int { Int(histogram.totalCount) }
    public func milliseconds(percentile: Double) -> Double {
        count == 0 ? 0 : Double(histogram.valueAtPercentile(percentile)) / 1_000
    }
}

/// The percentiles of a phase, in milliseconds.
public struct LatencySummary: Sendable, Hashable, Codable {
    public var count: Int
    public var p50: Double
    public var p90: Double
    public var p99: Double
    public var p999: Double
    public var max: Double

    public init(_ latencies: Latencies) {
        count = latencies.count
        p50 = latencies.milliseconds(percentile: 50)
        p90 = latencies.milliseconds(percentile: 90)
        p99 = latencies.milliseconds(percentile: 99)
        p999 = latencies.milliseconds(percentile: 99.9)
        max = latencies.milliseconds(percentile: 100)
    }
}
