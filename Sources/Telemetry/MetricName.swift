/// The name and the labels of one series, in the shape that Prometheus text wants.
struct Series: Hashable, Comparable {
    let name: String
    /// `{lane="normal",outcome="ok"}`, empty without dimensions. Part of the identity of the series.
    let labels: String

    init(name: String, dimensions: [(String, String)]) {
        self.name = Series.sanitized(name)
        labels =
            dimensions.isEmpty
            ? ""
            : "{"
                + dimensions.sorted { $0.0 < $1.0 }.map { "\(Series.sanitized($0.0))=\"\(Series.escaped($0.1))\"" }
                .joined(separator: ",") + "}"
    }

    static func < (a: Series, b: Series) -> Bool { (a.name, a.labels) < (b.name, b.labels) }

    /// The labels with one more behind them, as histogram buckets need it.
    func labels(adding name: String, _ value: String) -> String {
        labels.isEmpty ? "{\(name)=\"\(value)\"}" : labels.dropLast() + ",\(name)=\"\(value)\"}"
    }

    private static func sanitized(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "_": scalar
                    default: "_"
                    }
                }))
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
        return text
    }
}
