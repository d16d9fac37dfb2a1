internal import ArgumentParser
internal import Foundation
internal import Ledger
internal import Load
internal import LoadReport
internal import Settings
internal import SystemClock
internal import World

/// `statuscast-load verify`
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Compare what runs were promised with what the system holds and shows.",
        discussion: """
            Works out from the world and the runs' ledgers who must have which status, and reads all mailboxes; with \
            --url it also asks the API as clients would. Name all runs of this world that the mailboxes have seen. \
            A system that runs is waited for until it has nothing left to deliver; one that is stopped is read as it \
            lies on disk. Faults are named, the first \(Verdict.namedMax) of each kind. \(LoadCommands.exitCodes)
            """)

    @OptionGroup var world: WorldOptions

    @Argument(help: "Folders of runs.")
    var runs: [String]

    @Option(name: .long, help: "Also compare with what this front shows: http://HOST[:PORT].")
    var url: ServerURL?

    @Option(name: .long, help: "How many accounts' home timelines the API is asked for.")
    var readers: Int = 50

    @Option(name: .long, help: "How many deleted statuses, and how many others, the API is asked for by their ids.")
    var singles: Int = 200

    @Option(name: .long, help: "Seconds to wait until a running system has delivered everything.")
    var clearSeconds: Int = 300

    @Flag(name: .long, help: "Answer in JSON.")
    var json = false

    func run() async throws { try await saying(work) }

    private func work() async throws {
        let (_, directory) = try world.place()
        let known = try world.open()
        let promises = try Promises(
            ledgers: runs.map { RunFolder($0).ledger }, accounts: known.imported.ids, following: known.following)
        try await waitUntilDelivered(directory)
        var verdict = try await FileVerification(promises, mailboxes: directory.shared + "/mailboxes").run()
        if let url { try await compareShown(known, promises, url.address, &verdict) }
        try print(verdict)
        if verdict.faults > 0 { throw ExitCode(1) }
    }

    private func waitUntilDelivered(_ directory: DataDirectory) async throws {
        let sampler = SystemSampler(metricsTargets: directory.metricsTargets)
        let cleared = await sampler.untilClear(
            began: MonotonicClock.nanoseconds(), limitSeconds: Double(clearSeconds))
        let isRunning = await sampler.samples.last.map { $0.processes.count > 1 } ?? false
        guard cleared != nil || !isRunning else {
            throw LoadError("the system has not delivered everything after \(clearSeconds) s; see --clear-seconds")
        }
    }

    private func compareShown(
        _ known: ImportedWorld, _ promises: Promises, _ server: ServerAddress, _ verdict: inout Verdict
    ) async throws {
        let accounts = known.world.accounts
        let count = min(readers, accounts)
        let chosen = (0..<count).map { UInt32($0 * accounts / count) }
        let shown = try await ShownOverHTTP.connect(server, token: known.imported.token)
        try await ShownVerification(promises, shown).run(readers: chosen, singles: singles, into: &verdict)
    }

    private func print(_ verdict: Verdict) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Say.line(String(decoding: try encoder.encode(verdict), as: UTF8.self))
        }
        for fault in verdict.named {
            let status = fault.status.map { "status \($0)" } ?? "a status"
            Say.line("\(fault.kind.rawValue): \(status) at \(fault.place): \(fault.detail)")
        }
        Say.line(
            """
            \(verdict.acknowledged) statuses acknowledged, \(verdict.unknown) never answered \
            (\(verdict.unknownEverywhere) of them arrived everywhere), \(verdict.deleted) deleted
            \(verdict.records) records in \(verdict.mailboxes) mailboxes; \(verdict.found) of \(verdict.due) \
            deliveries found, \(verdict.eitherOr) may be there or not, \(verdict.earlier) records are older than the runs
            \(verdict.shown) statuses in \(verdict.readers) timelines as the API shows them
            """)
        let counts = verdict.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        Say.line(verdict.faults == 0 ? "no faults" : "\(verdict.faults) faults: \(counts.joined(separator: ", "))")
    }
}
