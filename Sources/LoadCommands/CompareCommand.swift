internal import ArgumentParser
internal import LoadReport

/// `statuscast-load compare`
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Put two runs side by side.",
        discussion: "The ratio is the second run's figure over the first one's. \(LoadCommands.exitCodes)")

    @Argument(help: "Folder of the first run.")
    var first: String

    @Argument(help: "Folder of the second run.")
    var second: String

    func run() async throws {
        let reports = try await saying { (try RunFolder(first).read(), try RunFolder(second).read()) }
        Say.line(RunComparison(reports.0, reports.1, names: (first, second)).text)
    }
}
