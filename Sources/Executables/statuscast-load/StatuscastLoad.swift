import ArgumentParser
import LoadCommands
import Settings

@main
struct StatuscastLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-load", abstract: "Worlds, load, the ledger and reports.", version: Release.version,
        subcommands: LoadCommands.all)

    static func main() async { await LoadCommands.main(StatuscastLoad.self) }
}
