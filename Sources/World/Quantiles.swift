internal import Glibc

/// Numbers of followers by quantile, as a distribution states them, before anything is rounded.
protocol Quantiles: Sendable {
    /// Ascending in `quantile`, which lies above 0 and below 1.
    func value(at quantile: Double) -> Double
    /// The quantile of a value.
    func quantile(of value: Double) -> Double
}

/// A lognormal body with a Pareto tail above its 99th percentile.
struct LognormalQuantiles: Quantiles {
    static let median = 61.0
    static let sigma = 1.6
    static let tailFrom = 0.99
    static let tailIndex = 0.9

    var scale = 1.0

    private var tailStart: Double { scale * Self.median * exp(Self.sigma * inverseNormal(Self.tailFrom)) }

    func value(at quantile: Double) -> Double {
        guard quantile > Self.tailFrom else { return scale * Self.median * exp(Self.sigma * inverseNormal(quantile)) }
        return tailStart * pow((1 - quantile) / (1 - Self.tailFrom), -1 / Self.tailIndex)
    }

    func quantile(of value: Double) -> Double {
        guard value > tailStart else {
            return 0.5 * erfc(-log(value / (scale * Self.median)) / Self.sigma / 2.0.squareRoot())
        }
        return 1 - (1 - Self.tailFrom) * pow(value / tailStart, -Self.tailIndex)
    }
}

/// A power law with exponent 2.28 that begins at nothing (Lomax).
struct TwitterQuantiles: Quantiles {
    static let mean = 35.0
    static let tailIndex = 1.28

    var scale = mean * (tailIndex - 1)

    func value(at quantile: Double) -> Double { scale * (pow(1 - quantile, -1 / Self.tailIndex) - 1) }
    func quantile(of value: Double) -> Double { 1 - pow(1 + value / scale, -Self.tailIndex) }
}

/// The quantile function of the normal distribution, exact to about 1e-9 (Acklam).
func inverseNormal(_ p: Double) -> Double {
    func tail(_ p: Double) -> Double {
        let q = (-2 * log(p)).squareRoot()
        let top =
            ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734)
                * q
                + 4.374664141464968) * q + 2.938163982698783
        let bottom =
            (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q
            + 1
        return top / bottom
    }
    if p < 0.02425 { return tail(p) }
    if p > 1 - 0.02425 { return -tail(1 - p) }
    let q = p - 0.5
    let r = q * q
    let top =
        (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r
            + 1.383577518672690e+02)
            * r - 3.066479806614716e+01) * r + 2.506628277459239) * q
    let bottom =
        ((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r + 6.680131188771972e+01)
            * r - 1.328068155288572e+01) * r + 1
    return top / bottom
}
