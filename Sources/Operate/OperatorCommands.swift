public import ArgumentParser

/// What `statuscast` can do beside running the roles. None of it is a role: it reads files, and asks the processes
/// that run.
public enum OperatorCommands {
    /// In the order of the help.
    public static let all: [any ParsableCommand.Type] = [
        AccountCommand.self, PostCommand.self, HeldCommand.self, TimelineCommand.self, MailboxCommand.self,
        ReceiptsCommand.self, QueueCommand.self, ConfigCommand.self, VersionCommand.self,
    ]
}
