public import Foundation

/// Rows as text for people and as JSON for programs.
public enum ResultTable {
    public static func text(_ rows: [Row]) -> String {
        let names = max(rows.map(\.name.count).max() ?? 0, 4)
        var lines = [line("name", "median", "unit", "spread over runs", "record", names)]
        for row in rows {
            lines.append(
                line(
                    row.name, number(row.median), row.unit, "\(number(row.spread.low)) … \(number(row.spread.high))",
                    row.recordBytes.map { "\($0) B" } ?? "", names))
        }
        return lines.joined(separator: "\n")
    }

    /// Three digits where there are few, whole thousands in groups where there are many.
    public static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        if value < 10 { return String(format: "%.2f", value) }
        if value < 100 { return String(format: "%.1f", value) }
        var digits = String(Int(value.rounded()))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: index))
            index -= 3
        }
        return digits
    }

    public static func json(_ rows: [Row], about: [String: String]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(Report(about: about, rows: rows))
    }

    /// The rows of a report that another program has written.
    public static func rows(fromJSON data: Data) throws -> [Row] {
        try JSONDecoder().decode(Report.self, from: data).rows
    }

    private struct Report: Codable {
        let about: [String: String]
        let rows: [Row]
    }

    private static func line(
        _ name: String, _ median: String, _ unit: String, _ spread: String, _ record: String, _ names: Int
    ) -> String {
        pad(name, names) + "  " + left(median, 12) + "  " + pad(unit, 13) + "  " + pad(spread, 24) + "  " + record
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func left(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
