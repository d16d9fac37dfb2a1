public import ArgumentParser

/// What `statuscast` can do beside running the roles. None of it is a role: it reads files, and asks the processes
/// that run.
public enum OperatorCommands {
    /// In the order of the help.
    public static let all: [any ParsableCommand.Type] = [HeldCommand.self, VersionCommand.self]
}
