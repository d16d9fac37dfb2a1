internal import ArgumentParser
internal import Foundation
internal import Ledger
internal import Load
internal import LoadReport
internal import Queue
internal import Settings

/// `statuscast-load run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Drive a running system with a world's accounts, and measure it.",
        discussion: """
            Open loop: what is due is sent when it is due, whatever became of what was sent before, and latencies \
            count from when it was due. The folder of the run gets report.json, report.html and ledger.bin, which \
            `statuscast-load verify` compares with what the system holds. Start the server with --rate-limits off. \
            \(LoadCommands.exitCodes)
            """)

    @OptionGroup var world: WorldOptions
    @OptionGroup var rates: RateOptions

    @Option(name: .long, help: "The front: http://HOST[:PORT].")
    var url: ServerURL

    @Option(name: .long, help: "Folder for what the run leaves; made where it is missing.")
    var out: String

    @Option(name: .long, help: "How many accounts post and read.")
    var active: Int = 100_000

    @Flag(name: .long, help: "Append statuses and deletes to the topic receive instead of posting them over HTTP.")
    var direct = false

    @Option(name: .long, help: "Seconds to wait until everything is durable in mailboxes; 0: do not wait.")
    var clearSeconds: Int = 300

    func validate() throws {
        guard active >= 2 else { throw ValidationError("--active must be 2 at least") }
        guard clearSeconds >= 0 else { throw ValidationError("--clear-seconds must not be negative") }
    }

    func run() async throws { try await saying(work) }

    private func work() async throws {
        let (settings, directory) = try world.place()
        let cast = try world.open().cast(
            active: active, bulkFollowersAbove: settings[Keys.receiveBulkFollowers], seed: rates.seed)
        let folder = RunFolder(out)
        try folder.make()
        let queue = direct ? try DirectQueue.open(directory) : nil
        let target = try queue.map {
            DirectTarget(
                queue: $0, partitions: try ClusterFile.load(sharedDirectory: directory.shared).partitions,
                sharedDirectory: directory.shared)
        }
        let ledger = try LedgerWriter(path: folder.ledger)
        Say.remark("\(cast.world.active) of \(cast.world.accounts) accounts act for \(rates.seconds) s")
        let result: Result<RunReport, any Error>
        do {
            result = .success(
                try await LoadRun(rates.plan(url.address), cast, direct: target).run(
                    ledger: ledger, sampler: SystemSampler(metricsTargets: directory.metricsTargets),
                    clearSeconds: Double(clearSeconds)))
        } catch {
            result = .failure(error)
        }
        try await ledger.close()
        await queue?.close()
        var report = try result.get()
        report.command = CommandLine.arguments
        try folder.write(report)
        Say.line(RunSummary(report).text)
        Say.line("\(folder.page)")
    }
}
