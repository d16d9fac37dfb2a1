import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastDeliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-deliver", abstract: "Appends statuses to the mailboxes of one lane's recipients.",
        version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var queueNodes: QueueOptions
    @OptionGroup var peers: PeerOptions

    @Option(
        name: .long,
        help: """
            priority, normal or bulk. Several processes of one lane on one machine have a name each behind a dash: \
            normal-2.
            """)
    var lane: LanePlace

    func run() async throws {
        await ProcessRun.orExit("statuscast-deliver") {
            let process = ProcessRun(label: "statuscast-deliver", options: data)
            try data.directory.prepare()
            let queue = try QueueAssembly.remote(try queueNodes.nodes(in: data.directory))
            let roles = try RoleAssembly(
                process: process, data: data.directory, queue: queue, instance: lane.instance,
                peerListen: peers.peerListen)
            try await process.run([QueueLifetime(queue), try roles.deliver(lane: lane.lane)])
        }
    }
}
