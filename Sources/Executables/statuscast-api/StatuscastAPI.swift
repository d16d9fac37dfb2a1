import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastAPI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-api", abstract: "Serves the Mastodon client API from mailboxes and caches.",
        version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var queueNodes: QueueOptions
    @OptionGroup var peers: PeerOptions
    @OptionGroup var front: FrontOptions

    @Option(name: .long, help: "Distinguishes several fronts on one machine.")
    var instance: String = ""

    func run() async throws {
        await ProcessRun.orExit("statuscast-api") {
            let process = ProcessRun(label: "statuscast-api", options: data)
            try data.directory.prepare()
            let queue = try QueueAssembly.remote(
                try queueNodes.nodes(in: data.directory), in: data.directory, logger: process.logger)
            let roles = try RoleAssembly(
                process: process, data: data.directory, queue: queue, instance: instance, peerListen: peers.peerListen)
            try await process.run([
                QueueLifetime(queue),
                try roles.front(front) { address in
                    Announcement.print("statuscast-api serves http://\(address)")
                },
            ])
        }
    }
}
