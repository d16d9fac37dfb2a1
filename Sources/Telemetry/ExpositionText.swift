/// Writes samples in Prometheus text form, with one `# TYPE` line before the first series of a name.
struct ExpositionText {
    private(set) var text = ""
    private var lastName = ""

    mutating func sample(_ series: Series, type: String, value: String) {
        head(series.name, type)
        line(series.name, series.labels, value)
    }

    mutating func histogram(_ series: Series, bounds: [Double], _ snapshot: PrometheusHistogram.Snapshot) {
        head(series.name, "histogram")
        var total: UInt64 = 0
        for (bound, count) in zip(bounds + [.infinity], snapshot.counts) {
            total += count
            line(series.name + "_bucket", series.labels(adding: "le", Self.number(bound)), String(total))
        }
        line(series.name + "_sum", series.labels, Self.number(snapshot.sum))
        line(series.name + "_count", series.labels, String(total))
    }

    static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private mutating func head(_ name: String, _ type: String) {
        guard name != lastName else { return }
        lastName = name
        text += "# TYPE \(name) \(type)\n"
    }

    private mutating func line(_ name: String, _ labels: String, _ value: String) {
        text += "\(name)\(labels) \(value)\n"
    }
}
