import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-store", abstract: "Keeps the canonical store: users, and messages apart from them.",
        version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var queueNodes: QueueOptions
    @OptionGroup var peers: PeerOptions

    func run() async throws {
        await ProcessRun.orExit("statuscast-store") {
            let process = ProcessRun(label: "statuscast-store", options: data)
            try data.directory.prepare()
            let queue = try QueueAssembly.remote(
                try queueNodes.nodes(in: data.directory), in: data.directory, logger: process.logger)
            let roles = try RoleAssembly(
                process: process, data: data.directory, queue: queue, peerListen: peers.peerListen)
            try await process.run([QueueLifetime(queue), try roles.store()])
        }
    }
}
