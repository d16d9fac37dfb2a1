internal import Foundation

/// Runs trials one after the other, all of them once before any of them again: what disturbs the machine for a
/// while then falls on all of them and not on one.
public enum Rounds {
    /// The rows in the order of the trials. A trial that fails ends everything: half a table misleads.
    public static func run(_ trials: [Trial], rounds: Int) async throws -> [Row] {
        var rows = trials.map { trial in
            trial.figures.map {
                Row(name: $0.name, unit: $0.unit, recordBytes: trial.recordBytes, note: trial.note)
            }
        }
        for round in 1...max(rounds, 1) {
            for (index, trial) in trials.enumerated() {
                progress("round \(round) of \(rounds): \(trial.figures.first?.name ?? "")")
                let values = try await trial.run()
                try verify(values.count == trial.figures.count, "\(values.count) values for \(rows[index])")
                for (figure, value) in values.enumerated() { rows[index][figure].add(value) }
            }
        }
        return rows.flatMap { $0 }
    }

    /// On standard error, so that the table alone can go into a file.
    public static func progress(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
