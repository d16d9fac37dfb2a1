import ArgumentParser
import Assembly
import Settings

@main
struct StatuscastQueue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statuscast-queue", abstract: "One node of the queue cluster.", version: Release.version)

    @OptionGroup var data: DataOptions
    @OptionGroup var disk: DiskOptions

    @Option(name: .long, help: "The node's name; its data lies in DATA/queue/NAME.")
    var name: String = "q1"

    @Option(name: .long, help: "unix:PATH or tcp:HOST:PORT; a socket in the data directory by default.")
    var listen: String?

    func run() async throws {
        await ProcessRun.orExit("statuscast-queue") {
            let process = ProcessRun(label: "statuscast-queue", options: data)
            try data.directory.prepare()
            let name = name
            let disk = QueueDisk(quotaBytes: try disk.quotaBytes, reserveBytes: try disk.reserveBytes)
            let role = try QueueNodeRole(name: name, data: data.directory, listen: listen, disk: disk) { address in
                Announcement.print("statuscast-queue \(name) listens on \(address)")
            }
            try await process.run([role])
        }
    }
}
