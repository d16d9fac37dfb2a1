internal import ArgumentParser
internal import World

/// `statuscast-load world show`
struct WorldShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Check a world's files and print its figures.",
        discussion: ExitStatus.help)

    @OptionGroup var output: OutputOptions

    @Argument(help: "The world's folder.")
    var folder: String

    func run() async throws {
        let world = try await OperatedData.onThread { try World(folder: folder) }
        try WorldReport(world).show(output)
    }
}
