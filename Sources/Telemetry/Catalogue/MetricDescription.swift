/// What operators are told of one metric. The page `docs/metrics.md` is made of these, and a test compares what
/// processes really expose with them.
public struct MetricDescription: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    public var name: String
    public var kind: Kind
    /// In the order of the alphabet; of a histogram without `le`.
    public var labels: [String]
    public var unit: String
    public var meaning: String
    /// Kinds of process that expose it from their start on, as the label `process` has them. `up` has all but those
    /// that speak of other processes.
    public var processes: [String]

    init(
        _ name: String, _ kind: Kind, _ labels: [String] = [], unit: String, in processes: [String], _ meaning: String
    ) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.unit = unit
        self.meaning = meaning
        self.processes = processes
    }
}
