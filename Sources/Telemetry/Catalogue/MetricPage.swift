/// `docs/metrics.md`, as the catalogue has it.
public enum MetricPage {
    public static let text: String = {
        var page = """
            # Metrics

            Made by `statuscast config metrics` from the code's own list; do not edit. Every process serves `/metrics`
            (see [the operator's endpoint](operating/metrics-endpoint.md)); `up` has what its roles have. Counters begin
            with 0 when the process starts. What each means in operation: [monitoring](operating/monitoring.md).

            | name | type | labels | unit | processes | meaning |
            | --- | --- | --- | --- | --- | --- |

            """
        for metric in MetricCatalogue.all {
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            page += "| `\(metric.name)` | \(metric.kind) | \(labels) | \(metric.unit) | "
            page += "\(metric.processes.joined(separator: ", ")) | \(metric.meaning) |\n"
        }
        return page
    }()
}
