public import ArgumentParser
internal import Foundation
internal import Settings
internal import Telemetry

/// `statuscast config`: what the programs make of the configuration, before one of them is started.
public struct ConfigCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show, check and explain the configuration.",
        subcommands: [ConfigPrint.self, ConfigCheck.self, ConfigExample.self, ConfigMetrics.self])

    public init() {}

    /// The settings that these options, the environment and the file give; where they are faulty, says so and ends
    /// with 2.
    static func load(_ data: DataOptions) throws -> (settings: EffectiveSettings, sources: SettingsSources) {
        let sources = data.sources()
        do {
            return (try sources.load(), sources)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(2)
        }
    }

    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}

/// The example file with every setting.
struct ConfigExample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "example", abstract: "Print a configuration file with every setting, explained.")

    func run() { ConfigCommand.write(ExampleFile.text) }
}

/// The catalogue of metrics.
struct ConfigMetrics: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Print the page of all metrics that the processes serve.")

    func run() { ConfigCommand.write(MetricPage.text) }
}

/// Whether the configuration is sound.
struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with the configuration.",
        discussion: "Exits with 0 where nothing is wrong, with 2 where something is.")

    @OptionGroup var data: DataOptions

    func run() throws {
        let (_, sources) = try ConfigCommand.load(data)
        for unknown in sources.unknownEnvironmentNames {
            ConfigCommand.write(
                "\(unknown.name) in the environment is no setting; did you mean \(unknown.nearest)?\n")
        }
        ConfigCommand.write("the configuration is sound\n")
    }
}
