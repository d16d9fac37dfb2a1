import ArgumentParser
import Foundation
import Measuring

/// Measures Statuscast beside what one would use instead, on the same machine in the same run.
@main
struct CompareBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-benchmark",
        abstract: "Measure Statuscast beside Redis, NATS, beanstalkd, nginx and SQLite, interleaved.")

    enum Subject: String, CaseIterable, ExpressibleByArgument {
        case deliveries, pages, queue, log
    }

    @Argument(help: "What to compare: \(Subject.allCases.map(\.rawValue).joined(separator: ", ")); all by default.")
    var subjects: [Subject] = []
    @Option(help: "Directory of the executables of Statuscast, built for release.") var bin: String
    @Option(help: "Directory with the peers' programs, as scripts/fetch-peers.sh leaves it.") var peers: String
    @Option(help: "How often each is measured.") var rounds = 3
    @Option(help: "Seconds of each trial that has no end of its own.") var seconds = 3.0
    @Option(help: "Deliveries of each trial of deliveries; whole statuses of 100 followers.")
    var deliveries = 1_000_000
    @Option(help: "Directory for the data, on the disk to be measured.") var directory = ".build/benchmark"
    @Option(help: "File to write the rows into as JSON.") var json: String?

    func run() async throws {
        let about = Surroundings.describe()
        let peers = Peers(directory: absolute(self.peers))
        let chosen = subjects.isEmpty ? Subject.allCases : subjects
        let compared = chosen.flatMap { comparisons($0, peers) }
        let rows = try await Rounds.run(compared.flatMap(\.trials), rounds: rounds)
        print(Surroundings.line(about))
        var next = rows[...]
        for comparison in compared {
            print("\n" + comparison.text(Array(next.prefix(comparison.trials.count))))
            next = next.dropFirst(comparison.trials.count)
        }
        if let json { try ResultTable.json(rows, about: about).write(to: URL(fileURLWithPath: json)) }
    }

    private func comparisons(_ subject: Subject, _ peers: Peers) -> [Comparison] {
        let place = Place(bin: absolute(bin), directory: absolute(directory), seconds: seconds)
        return switch subject {
        case .deliveries: [Comparison.deliveries(place, peers, statuses: deliveries / DeliveryRun.followers)]
        case .pages: [Comparison.pages(place, peers)]
        case .queue: [16, 256].map { Comparison.queue(place, peers, outstanding: $0) }
        case .log: [1, 256].map { Comparison.log(place, batch: $0) }
        }
    }

    private func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}

/// Where a comparison finds our programs and puts its data, and how long it measures.
struct Place: Sendable {
    let bin: String
    let directory: String
    let seconds: Double
}
