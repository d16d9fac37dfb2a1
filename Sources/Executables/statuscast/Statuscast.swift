import ArgumentParser
import Operate
import Settings

@main
struct Statuscast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast", abstract: "A statuscast server: everybody's statuses in everybody's inbox.",
        version: Release.version, subcommands: [Up.self, ConfigCommand.self])
}
