import Measuring

/// One thing done by Statuscast and by its peers: trials with one figure each, ours first, in the same unit.
struct Comparison {
    let title: String
    var trials: [Trial]
    /// Peers that are not there, with the reason.
    var skipped: [String] = []
    /// What a reader must know before believing the ratio.
    let unlike: String

    /// Adds a peer's trial, or why it is left out.
    mutating func add(_ program: Result<String, Peers.Missing>, _ trial: (String) -> Trial) {
        switch program {
        case .success(let path): trials.append(trial(path))
        case .failure(let missing): skipped.append(missing.description)
        }
    }

    /// The table of the rows that the trials gave and, for each peer, how many times as much ours did.
    func text(_ rows: [Row]) -> String {
        var lines = ["## \(title)", "", ResultTable.text(rows)]
        if let ours = rows.first {
            lines.append("")
            for row in rows.dropFirst() {
                lines.append("ratio ours / \(row.name): \(ResultTable.number(ours.median / row.median))")
            }
        }
        lines += rows.filter { !$0.note.isEmpty }.map { "- \($0.name): \($0.note)" }
        lines += skipped.map { "- skipped: \($0)" }
        lines.append("- not alike: \(unlike)")
        return lines.joined(separator: "\n")
    }
}
