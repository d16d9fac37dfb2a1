import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-store", abstract: "Keeps the canonical store: users, and messages apart from them.",
        version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var queueNodes: QueueOptions
    @OptionGroup var peers: PeerOptions

    func run() async throws {
        await ProcessRun.orExit("statuscast-store") {
            let process = try ProcessRun(.store, data, [metrics, queueNodes, peers])
            let queue = try QueueAssembly.remote(process)
            let roles = try RoleAssembly(process: process, queue: queue)
            try await process.run([QueueLifetime(queue), try roles.store()])
        }
    }
}
