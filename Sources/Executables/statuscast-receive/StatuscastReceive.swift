import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastReceive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-receive",
        abstract: "Judges what the fronts accepted, and spreads it to the delivery lanes.", version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var queueNodes: QueueOptions
    @OptionGroup var domain: DomainOptions
    @OptionGroup var instance: InstanceOptions

    func run() async throws {
        await ProcessRun.orExit("statuscast-receive") {
            let process = try ProcessRun(.receive, data, [metrics, queueNodes, domain, instance])
            let queue = try QueueAssembly.remote(process)
            let roles = try RoleAssembly(process: process, queue: queue)
            try await process.run([QueueLifetime(queue), roles.receive()])
        }
    }
}
