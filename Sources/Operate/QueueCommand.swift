internal import ArgumentParser

/// `statuscast queue`
struct QueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Look at the queue cluster and change it.",
        subcommands: [
            RingCommand.self, QueueStatusCommand.self, AddNodeCommand.self, SetWeightCommand.self,
            DrainNodeCommand.self, RemoveNodeCommand.self,
            DeadLettersCommand.self,
            InspectCommand.self,
            ReplayCommand.self,
            DropCommand.self,
        ])
}
