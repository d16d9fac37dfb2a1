import ArgumentParser
import Assembly
import ServiceLifecycle
import Settings
import StatuscastModel

/// All roles in one process, with the queue in it.
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run all roles on this machine, for development and for small sites.",
        discussion: """
            Serves the Mastodon client API. Everything lies under the data directory; stop it with SIGTERM or Ctrl-C, \
            which takes at most 5 seconds. The same data can be served by separate processes afterwards, and back.
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var front: FrontOptions
    @OptionGroup var domain: DomainOptions

    func run() async throws {
        await ProcessRun.orExit("statuscast up") {
            let process = try ProcessRun(.up, data, [metrics, front, domain])
            let (queue, door) = try QueueAssembly.local(process)
            let roles = try RoleAssembly(process: process, queue: queue)
            var services: [any Service] = [QueueLifetime(queue), door]
            services.append(try roles.store())
            services.append(roles.receive())
            let lookups = roles.recipientLookups()
            services.append(lookups)
            for lane in Lane.all { services.append(try roles.deliver(lane: lane, lookups: lookups)) }
            let directory = process.directory
            services.append(
                try roles.front { address in
                    Announcement.print("statuscast \(Release.version) serves \(address) from \(directory.path)")
                })
            try await process.run(services)
        }
    }
}
