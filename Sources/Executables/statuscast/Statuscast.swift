import ArgumentParser
import Operate
import Settings

@main
struct Statuscast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast", abstract: "A statuscast server: everybody's statuses in everybody's inbox.",
        discussion: "`statuscast up` serves; the other commands are the operator's.", version: Release.version,
        subcommands: [Up.self] + OperatorCommands.all)

    static func main() async { await CommandLineEntry.main(Statuscast.self) }
}
