/// A linear or logarithmic scale from values to a length, with ticks at round numbers.
struct Axis {
    let low: Double
    let high: Double
    let isLogarithmic: Bool
    let ticks: [Double]

    /// Covers all values; nothing at all covers 0 to 1. A logarithmic one begins at the power of ten below the lowest
    /// value above zero.
    init(covering values: [Double], isLogarithmic: Bool = false) {
        let top = values.max() ?? 0
        let positive = values.filter { $0 > 0 }
        if isLogarithmic, let least = positive.min() {
            var power = 1.0
            while power > least { power /= 10 }
            while power * 10 <= least { power *= 10 }
            var ticks = [power]
            while ticks[ticks.count - 1] < top { ticks.append(ticks[ticks.count - 1] * 10) }
            if ticks.count == 1 { ticks.append(power * 10) }
            (low, high, self.isLogarithmic, self.ticks) = (power, ticks[ticks.count - 1], true, ticks)
        } else {
            let step = Self.step(for: top > 0 ? top : 1)
            let count = Int(((top > 0 ? top : 1) / step).rounded(.up))
            ticks = (0...max(1, count)).map { Double($0) * step }
            (low, high, self.isLogarithmic) = (0, ticks[ticks.count - 1], false)
        }
    }

    /// From 0 at the low end to 1 at the high one.
    func share(_ value: Double) -> Double {
        guard isLogarithmic else { return (value - low) / (high - low) }
        return (Self.exponent(max(value, low)) - Self.exponent(low)) / (Self.exponent(high) - Self.exponent(low))
    }

    /// 1, 2 or 5 times a power of ten, so that about five steps reach the top.
    private static func step(for top: Double) -> Double {
        var power = 1.0
        while power * 10 <= top / 5 { power *= 10 }
        while power > top / 5 { power /= 10 }
        return [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= top / 5 } ?? power * 10
    }

    static func label(_ value: Double) -> String {
        switch value {
        case 1e9...: return trimmed(value / 1e9) + " G"
        case 1e6...: return trimmed(value / 1e6) + " M"
        case 1e4...: return trimmed(value / 1e3) + " k"
        default: return trimmed(value)
        }
    }

    private static func trimmed(_ value: Double) -> String {
        if value == value.rounded() { return String(Int(value)) }
        let text = String((value * 1_000).rounded() / 1_000)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

internal import Foundation

extension Axis {
    private static func exponent(_ value: Double) -> Double { log10(value) }
}
