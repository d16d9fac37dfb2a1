import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastDeliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-deliver", abstract: "Appends statuses to the mailboxes of one lane's recipients.",
        version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var queueNodes: QueueOptions
    @OptionGroup var peers: PeerOptions
    @OptionGroup var lane: LaneOptions
    @OptionGroup var instance: InstanceOptions

    func run() async throws {
        await ProcessRun.orExit("statuscast-deliver") {
            let process = try ProcessRun(.deliver, data, [metrics, queueNodes, peers, lane, instance])
            let queue = try QueueAssembly.remote(process)
            let roles = try RoleAssembly(process: process, queue: queue)
            let lookups = roles.recipientLookups()
            try await process.run([QueueLifetime(queue), lookups, try roles.deliver(lookups: lookups)])
        }
    }
}
