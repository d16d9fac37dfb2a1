import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastAPI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-api", abstract: "Serves the Mastodon client API from mailboxes and caches.",
        version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var queueNodes: QueueOptions
    @OptionGroup var peers: PeerOptions
    @OptionGroup var front: FrontOptions
    @OptionGroup var domain: DomainOptions
    @OptionGroup var instance: InstanceOptions

    func run() async throws {
        await ProcessRun.orExit("statuscast-api") {
            let process = try ProcessRun(.api, data, [metrics, queueNodes, peers, front, domain, instance])
            let queue = try QueueAssembly.remote(process)
            let roles = try RoleAssembly(process: process, queue: queue)
            try await process.run([
                QueueLifetime(queue),
                try roles.front { address in
                    Announcement.print("statuscast-api serves \(address)")
                },
            ])
        }
    }
}
