public import ArgumentParser
internal import Foundation
internal import Settings

/// The subcommands of `statuscast-load` that drive a system and judge what came of it.
public enum LoadCommands {
    public static let all: [any ParsableCommand.Type] = [RunCommand.self, VerifyCommand.self, CompareCommand.self]

    /// Parses the arguments, runs the command that they name, and ends the process with the code that its help promises.
    public static func main(_ root: any AsyncParsableCommand.Type) async -> Never {
        do {
            var command = try root.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            exit(0)
        } catch {
            end(root, error)
        }
    }

    private static func end(_ root: any AsyncParsableCommand.Type, _ error: any Error) -> Never {
        if root.exitCode(for: error) == .validationFailure {
            Say.remark(root.fullMessage(for: error))
            exit(2)
        }
        if error is ExitCode || root.exitCode(for: error) == .success { root.exit(withError: error) }
        Say.remark("statuscast-load: \(error)")
        exit(error is ConfigurationFaults || error is SettingsError ? 2 : 1)
    }
}
