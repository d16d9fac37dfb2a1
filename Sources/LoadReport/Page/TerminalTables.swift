/// A run in a few lines for a terminal.
public struct RunSummary: Sendable {
    public let text: String

    public init(_ report: RunReport) {
        var lines = report.figures.map { [$0.name, $0.text] }.aligned
        lines.append("")
        let head = [
            "", "offered", "accepted", "refused", "unknown", "unsent", "p50 ms", "p99 ms", "p99.9 ms", "max ms",
        ]
        let rows = report.actions.map { action in
            [
                action.name, "\(action.offered)", "\(action.accepted)", "\(action.refused)", "\(action.unknown)",
                "\(action.unsent)",
            ]
                + [action.latency.p50, action.latency.p99, action.latency.p999, action.latency.max].map {
                    Figure.text($0)
                }
        }
        lines += ([head] + rows).aligned
        lines += report.remarks.map { "remark: \($0)" }
        text = lines.joined(separator: "\n")
    }
}

/// Two runs side by side: each figure of the one, of the other, and how many times the second is of the first.
public struct RunComparison: Sendable {
    public let text: String

    public init(_ first: RunReport, _ second: RunReport, names: (String, String)) {
        let others = Dictionary(second.figures.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var rows = [["", names.0, names.1, "ratio"]]
        for figure in first.figures {
            let other = others[figure.name]
            let ratio = figure.value.flatMap { value in
                value != 0 ? other?.value.map { Figure.text($0 / value) } : nil
            }
            rows.append([figure.name, figure.text, other?.text ?? "not measured", ratio ?? ""])
        }
        let known = Set(first.figures.map(\.name))
        for figure in second.figures where !known.contains(figure.name) {
            rows.append([figure.name, "not measured", figure.text, ""])
        }
        var lines = rows.aligned
        if first.machine != second.machine {
            lines.append(
                "These ran on different machines: \(names.0) on \(first.machine.short), \(names.1) on "
                    + "\(second.machine.short).")
        }
        text = lines.joined(separator: "\n")
    }
}

extension Machine {
    fileprivate var short: String { "\(processor) with \(cores) cores, \(system)" }
}

extension [[String]] {
    /// In columns: the first to the left, the others to the right.
    fileprivate var aligned: [String] {
        let columns = map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
    }
}
