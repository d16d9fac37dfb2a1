import ArgumentParser
import LoadCommands
import Operate
import Settings

@main
struct StatuscastLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-load",
        abstract: "Worlds to load an instance with, load, its verification, reports, and plans from what was measured.",
        version: Release.version, subcommands: [WorldCommand.self] + LoadCommands.all + [CapacityCommand.self])

    static func main() async { await CommandLineEntry.main(StatuscastLoad.self) }
}
