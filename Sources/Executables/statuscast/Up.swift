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
    @OptionGroup var front: FrontOptions

    func run() async throws {
        await ProcessRun.orExit("statuscast up") {
            let process = ProcessRun(label: "statuscast", options: data)
            let directory = data.directory
            try directory.prepare()
            let queue = try QueueAssembly.local(directory, logger: process.logger)
            let roles = try RoleAssembly(process: process, data: directory, queue: queue)
            var services: [any Service] = [QueueLifetime(queue)]
            services.append(try roles.store())
            services.append(roles.receive(host: front.domain ?? front.listen))
            for lane in Lane.all { services.append(try roles.deliver(lane: lane)) }
            services.append(
                try roles.front(front) { address in
                    Announcement.print("statuscast \(Release.version) serves http://\(address) from \(directory.path)")
                })
            try await process.run(services)
        }
    }
}
