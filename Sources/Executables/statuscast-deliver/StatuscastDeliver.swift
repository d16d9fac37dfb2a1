public import ArgumentParser
import Assembly
import Settings
public import StatuscastModel

@main
struct StatuscastDeliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-deliver", abstract: "Appends statuses to the mailboxes of one lane's recipients.",
        version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var queueNodes: QueueOptions
    @OptionGroup var peers: PeerOptions

    @Option(name: .long, help: "priority, normal or bulk.")
    var lane: Lane

    @Option(name: .long, help: "Distinguishes several processes of one lane on one machine.")
    var instance: String = ""

    func run() async throws {
        await ProcessRun.orExit("statuscast-deliver") {
            let process = ProcessRun(label: "statuscast-deliver", options: data)
            try data.directory.prepare()
            let queue = try QueueAssembly.remote(
                try queueNodes.nodes(in: data.directory), in: data.directory, logger: process.logger)
            let roles = try RoleAssembly(
                process: process, data: data.directory, queue: queue, instance: instance, peerListen: peers.peerListen)
            try await process.run([QueueLifetime(queue), try roles.deliver(lane: lane)])
        }
    }
}

extension Lane: ExpressibleByArgument {
    public init?(argument: String) {
        guard let lane = Lane.all.first(where: { $0.rawValue == argument }) else { return nil }
        self = lane
    }
}
