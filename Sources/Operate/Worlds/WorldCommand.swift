public import ArgumentParser

/// `statuscast-load world`
public struct WorldCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "world", abstract: "Make accounts and follows from a distribution and a seed, and import them.",
        discussion: """
            A world is a folder. It follows from its parameters: the same distribution, seed and number of accounts \
            give the same world.

              statuscast-load world --out w --accounts 100000
              statuscast-load world import w --data /srv/statuscast

            \(ExitStatus.help)
            """,
        subcommands: [WorldMake.self, WorldShow.self, WorldImport.self], defaultSubcommand: WorldMake.self)

    public init() {}
}
