internal import ArgumentParser
internal import Settings
internal import StatuscastModel

/// `statuscast timeline`
struct TimelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline", abstract: "Show a timeline as people see it, from its mailbox, newest first.",
        discussion: """
              statuscast timeline alice                  what alice finds at home
              statuscast timeline notifications/alice
              statuscast timeline tag/swift --limit 5 --json

            What was deleted, and what suspended accounts wrote, is left out. The page after this one is asked for \
            with --before and the last id. With the server away it is shown as it lies on disk; accounts have to be \
            named by their id then.

            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("Which timeline: \(WrittenAddress.help)"))
    var timeline: WrittenAddress

    @Option(name: .long, help: "How many at most.")
    var limit: Int = 20

    @Option(name: .long, help: "Only what is older than this id.")
    var before: UInt64?

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000") }
        guard timeline != .shared(.tombstones) else {
            throw ValidationError("tombstones is no timeline; `statuscast mailbox show tombstones` shows it")
        }
    }

    func run() async throws {
        let operated = try OperatedData(data)
        let entries = try await operated.withPeers { peers in
            let address = try await timeline.address(peers)
            await Freshening(peers: peers, operated: operated).freshen(address)
            return try await TimelineReading(operated: operated, peers: peers)
                .page(of: address, before: before, limit: limit)
        }
        for entry in entries {
            if output.json { try Terminal.print(json: entry) } else { Terminal.print(entry.pretty) }
        }
        if entries.isEmpty, !output.json { Terminal.complain("there is nothing") }
    }
}
