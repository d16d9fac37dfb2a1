public import CoreMetrics
internal import Synchronization

/// Keeps the metrics of one process and writes them as Prometheus text (exposition format 0.0.4).
///
/// Give it to `MetricsSystem.bootstrap` once, before anything asks for a metric. A series lives as long as the process:
/// dimensions are bounded by those who make them. All calls may run concurrently.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    /// Seconds; from what a cached page takes to what a backlog takes.
    static let secondsBounds: [Double] = [
        0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// Sizes and counts: powers of four.
    static let sizeBounds: [Double] = (0..<16).map { Double(1 << (2 * $0)) }

    private struct Instruments {
        var counters: [Series: PrometheusCounter] = [:]
        var gauges: [Series: PrometheusGauge] = [:]
        var histograms: [Series: PrometheusHistogram] = [:]
    }

    private let instruments = Mutex(Instruments())

    public init() {}

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let series = Series(name: label, dimensions: dimensions)
        return instruments.withLock { $0.counters.value(of: series) { PrometheusCounter() } }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions, Self.sizeBounds) : gauge(label, dimensions)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, Self.secondsBounds)
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// The page that Prometheus reads, series in the order of their names.
    public func text() -> String {
        let (counters, gauges, histograms) = instruments.withLock { ($0.counters, $0.gauges, $0.histograms) }
        var page = ExpositionText()
        for (series, counter) in counters.sorted(by: { $0.key < $1.key }) {
            page.sample(series, type: "counter", value: String(counter.current))
        }
        for (series, gauge) in gauges.sorted(by: { $0.key < $1.key }) {
            page.sample(series, type: "gauge", value: ExpositionText.number(gauge.current))
        }
        for (series, histogram) in histograms.sorted(by: { $0.key < $1.key }) {
            page.histogram(series, bounds: histogram.bounds, histogram.current)
        }
        return page.text
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> PrometheusGauge {
        let series = Series(name: label, dimensions: dimensions)
        return instruments.withLock { $0.gauges.value(of: series) { PrometheusGauge() } }
    }

    private func histogram(
        _ label: String, _ dimensions: [(String, String)], _ bounds: [Double]
    ) -> PrometheusHistogram {
        let series = Series(name: label, dimensions: dimensions)
        return instruments.withLock { $0.histograms.value(of: series) { PrometheusHistogram(bounds: bounds) } }
    }
}

extension Dictionary {
    /// The value of a key, made where there is none.
    fileprivate mutating func value(of key: Key, _ make: () -> Value) -> Value {
        if let value = self[key] { return value }
        let value = make()
        self[key] = value
        return value
    }
}
