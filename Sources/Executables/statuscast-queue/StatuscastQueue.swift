import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastQueue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-queue", abstract: "One node of the queue cluster.", version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var node: QueueNodeOptions

    func run() async throws {
        await ProcessRun.orExit("statuscast-queue") {
            let process = try ProcessRun(.queue, data, [metrics, node])
            let name = process.settings[Keys.queueName]
            let role = try QueueNodeRole(process: process) { address in
                Announcement.print("statuscast-queue \(name) listens on \(address)")
            }
            try await process.run([role])
        }
    }
}
