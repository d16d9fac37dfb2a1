import Foundation
import Measuring

/// Latencies of one phase, kept whole: some ten thousand numbers are no load.
struct Latencies: Sendable {
    private(set) var milliseconds: [Double] = []

    mutating func add(_ duration: Duration) {
        milliseconds.append(Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15)
    }

    mutating func merge(_ other: Latencies) { milliseconds += other.milliseconds }

    func percentile(_ share: Double) -> Double {
        let sorted = milliseconds.sorted()
        guard !sorted.isEmpty else { return .nan }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    var summary: String {
        String(
            format: "p50 %.1f ms, p99 %.1f ms, max %.1f ms", percentile(0.5), percentile(0.99), percentile(1))
    }
}

/// A row of the table at the end: what was asked and what was reached.
struct Floor: Sendable {
    let name: String
    let asked: Double
    let reached: Double
    let unit: String
    /// Latencies are good when low, rates when high.
    let lowerIsBetter: Bool

    var held: Bool { lowerIsBetter ? reached <= asked : reached >= asked }
    /// The same without what was asked, for a table with others.
    var measured: Row { Row(name: "floor: \(name)", unit: unit, values: [reached]) }
    var row: String {
        let padded = name.padding(toLength: 44, withPad: " ", startingAt: 0)
        return padded + String(format: "%12.0f %12.0f  %@  %@", asked, reached, unit, held ? "held" : "NOT HELD")
    }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
