public import ArgumentParser
internal import Foundation
internal import Mailbox
internal import Peers
internal import Settings
internal import World

/// The way from the process's arguments to its exit code.
public enum CommandLineEntry {
    /// Parses the arguments, runs the command that they name, and ends the process. Never returns.
    ///
    /// Errors go to standard error in one sentence each; the exit code is that of `ExitStatus`. A command line that
    /// does not parse is 2, not the parser's own 64.
    public static func main(_ root: any AsyncParsableCommand.Type) async -> Never {
        do {
            var command = try root.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            exit(ExitStatus.done.rawValue)
        } catch {
            end(root, error)
        }
    }

    private static func end(_ root: any AsyncParsableCommand.Type, _ error: any Error) -> Never {
        guard let said = OperateError(saying: error) else {
            guard root.exitCode(for: error) == .validationFailure else { root.exit(withError: error) }
            Terminal.complain(root.fullMessage(for: error))
            exit(ExitStatus.usage.rawValue)
        }
        Terminal.complain("statuscast: \(said)")
        exit(said.status.rawValue)
    }
}

extension OperateError {
    /// Nil for what the parser itself has to say, help and completion scripts among it.
    init?(saying error: any Error) {
        switch error {
        case let error as OperateError: self = error
        case let error as PeerError: self.init(error)
        case let error as WorldError: self.init(error.code == .invalid ? .usage : .failed, error.description)
        case let error as MailboxError: self.init(.failed, error.description)
        case let error as SettingsError: self.init(.usage, error.description)
        case let error as ConfigurationFaults: self.init(.usage, "\(error)")
        default: return nil
        }
    }

    init(_ error: PeerError) {
        switch error.code {
        case .notFound: self.init(.notFound, error.message)
        case .unavailable where error.isAnswer: self.init(.temporary, "\(error.message); try again in a moment")
        case .unavailable:
            self.init(
                .unavailable,
                "the store does not answer (\(error.message)); is the server of this data directory running? "
                    + "(`statuscast up`, or all its processes)")
        case .unsupported:
            self.init(.unavailable, "the running process does not know this request: it is of another release")
        default: self.init(.failed, error.message)
        }
    }
}
