import ArgumentParser
import Foundation
import Measuring

/// Measures the parts one by one, interleaved, and prints one table.
@main
struct PartsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parts-benchmark", abstract: "Measure the parts of Statuscast on this machine.")

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case log, queue, mailbox, record, graph, page
    }

    @Argument(help: "What to measure: \(Part.allCases.map(\.rawValue).joined(separator: ", ")); all by default.")
    var parts: [Part] = []
    @Option(help: "The statuscast-queue executable, built for release.") var queue: String
    @Option(help: "How often each is measured.") var rounds = 3
    @Option(help: "Seconds of each trial that has no end of its own.") var seconds = 1.0
    @Option(help: "Directory for the data, on the disk to be measured.") var directory = ".build/benchmark"
    @Option(help: "File to write the rows into as JSON.") var json: String?
    @Option(help: "File with rows that another program measured, to stand first in the table.") var include: String?
    @Flag(help: "Also measure mailboxes after the kernel's caches were dropped (root; slows all of the machine down).")
    var dropCaches = false

    func run() async throws {
        let about = Surroundings.describe()
        let chosen = parts.isEmpty ? Part.allCases : parts
        let all = try chosen.flatMap { try trials(of: $0) }
        var rows = try include.map { try ResultTable.rows(fromJSON: Data(contentsOf: URL(fileURLWithPath: $0))) } ?? []
        rows += try await Rounds.run(all, rounds: rounds)
        print(Surroundings.line(about))
        print(ResultTable.text(rows))
        if let json { try ResultTable.json(rows, about: about).write(to: URL(fileURLWithPath: json)) }
    }

    private func trials(of part: Part) throws -> [Trial] {
        switch part {
        case .log: LogPart(directory: directory, seconds: seconds).trials
        case .queue: QueuePart(executable: queue, directory: directory, seconds: seconds).trials
        case .mailbox: MailboxPart(directory: directory, dropsCaches: dropCaches).trials
        case .record: RecordPart(seconds: seconds).trials
        case .graph: GraphPart(seconds: seconds).trials
        case .page: try PagePart(seconds: seconds).trials
        }
    }
}
