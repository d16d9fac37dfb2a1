internal import ArgumentParser
internal import DeadLetters
internal import Settings

/// `statuscast queue dead-letters`
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters", abstract: "List what could not be processed.",
        discussion: """
            Everything that a stage had to put aside, with the reason, until it is replayed or dropped. Reads files \
            only: the server need not run.
            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "Only those of a stage.")
    var stage: DeadLetterStage?

    @Option(name: .long, help: "At most so many.")
    var limit: Int = 100

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000") }
    }

    func run() async throws {
        let page = try await DeadLetterDesk(data).list(stage: stage?.rawValue, limit: limit)
        let reports = page.letters.map { DeadLetterReport($0) }
        if output.json {
            for report in reports { try Terminal.print(json: report) }
        } else if reports.isEmpty {
            Terminal.print("no dead letters")
        } else {
            var table = Table(DeadLetterReport.columns)
            for report in reports { table.add(report.row) }
            Terminal.print(table.rendered())
        }
        if page.hasMore { Terminal.complain("there are more; see --limit") }
        if page.unreadableCount > 0 {
            Terminal.complain("\(page.unreadableCount) entries are damaged or of a later release")
        }
    }
}
