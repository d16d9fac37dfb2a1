internal import ArgumentParser
internal import Settings

/// `statuscast held list`
struct HeldList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the statuses that wait, the first held first.", discussion: ExitStatus.help
    )

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "How many at most.")
    var limit: Int = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be above 0") }
    }

    func run() async throws {
        let operated = try OperatedData(data)
        let limit = self.limit
        let (statuses, hasMore, unreadableCount) = try await operated.blocking {
            try HeldBox(operated).list(limit: limit)
        }
        if output.json {
            for status in statuses { try Terminal.print(json: status) }
        } else {
            var table = Table(HeldReport.columns)
            for status in statuses { table.add(status.row) }
            Terminal.print(table.rendered())
        }
        if unreadableCount > 0 { Terminal.complain("\(unreadableCount) entries cannot be read and are left out") }
        if hasMore { Terminal.complain("there are more: --limit \(limit * 2)") }
    }
}

/// `statuscast held show`
struct HeldShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one status that waits, and why.", discussion: ExitStatus.help)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The status's id, or the entry's name.")
    var status: String

    func run() async throws {
        let operated = try OperatedData(data)
        let written = status
        let held = try await operated.blocking { try HeldBox(operated).find(written) }
        let report = HeldReport(held.entries[0], held.letter)
        if output.json { return try Terminal.print(json: report) }
        for line in report.lines { Terminal.print(line) }
    }
}
