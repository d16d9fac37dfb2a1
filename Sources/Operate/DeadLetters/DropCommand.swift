internal import ArgumentParser
internal import DeadLetters
internal import Settings

/// `statuscast queue drop`
struct DropCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: "Give dead letters up for good.",
        discussion: "Reads and writes files only: the server need not run.\n\(ExitStatus.help)")

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Ids that `statuscast queue dead-letters` shows.")
    var ids: [String]

    func run() async throws {
        let desk = try DeadLetterDesk(data)
        let letters = try await desk.read(try DeadLetterArguments(ids).ids)
        let open = letters.filter { $0.settlement == nil }
        try await desk.settle(open.map(\.id), as: .dropped)
        try await desk.reclaim()
        if output.json {
            try Terminal.print(json: ["dropped": open.count])
        } else {
            Terminal.print("\(open.count) dropped")
        }
    }
}
