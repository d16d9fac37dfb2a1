internal import ArgumentParser
internal import Settings

/// `statuscast version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Say which release this is.", discussion: ExitStatus.help)

    @OptionGroup var output: OutputOptions

    func run() throws {
        guard output.json else { return Terminal.print("statuscast \(Release.version)") }
        try Terminal.print(json: ["version": Release.version])
    }
}
