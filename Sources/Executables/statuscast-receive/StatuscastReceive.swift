import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastReceive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-receive",
        abstract: "Judges what the fronts accepted, and spreads it to the delivery lanes.", version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var queueNodes: QueueOptions

    @Option(name: .long, help: "HOST[:PORT] under which clients know this server; part of every Message-ID.")
    var domain: String = "localhost:3000"

    @Option(name: .long, help: "Authors with more followers travel in the bulk lane.")
    var bulkFollowersAbove: Int = 10_000

    func run() async throws {
        await ProcessRun.orExit("statuscast-receive") {
            let process = ProcessRun(label: "statuscast-receive", options: data)
            try data.directory.prepare()
            let queue = try QueueAssembly.remote(try queueNodes.nodes(in: data.directory))
            let roles = try RoleAssembly(process: process, data: data.directory, queue: queue, instance: "")
            try await process.run([QueueLifetime(queue), roles.receive(host: domain, bulkFollowersAbove: bulkFollowersAbove)])
        }
    }
}
