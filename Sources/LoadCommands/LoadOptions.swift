internal import ArgumentParser
internal import DurableFiles
internal import Foundation
internal import Load
internal import Settings

/// The world and the system that a command is about.
struct WorldOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "Folder of the world that was imported there.")
    var world: String

    @Option(name: .long, help: "Where the import has left ids and the key of the tokens (default: WORLD/import).")
    var record: String?

    func open() throws -> ImportedWorld { try ImportedWorld(world: world, imported: record ?? world + "/import") }

    /// The settings of the system's data directory, and the directory itself; it must be one already.
    func place() throws -> (settings: EffectiveSettings, directory: DataDirectory) {
        let settings = try data.sources().load()
        let directory = settings.directory
        guard PosixFileSystem().exists(directory.shared + "/cluster.json") else {
            throw LoadError("\(directory.path) is no data directory of Statuscast; name the server's with --data")
        }
        return (settings, directory)
    }
}

/// A share or a rate that is not negative.
struct Amount: ExpressibleByArgument, Sendable {
    let value: Double

    init(_ value: Double) { self.value = value }

    init?(argument: String) {
        guard let value = Double(argument), value >= 0, value.isFinite else { return nil }
        self.value = value
    }

    var defaultValueDescription: String { value == value.rounded() ? String(Int(value)) : String(value) }
}

/// `http://HOST[:PORT]`
struct ServerURL: ExpressibleByArgument, Sendable {
    let address: ServerAddress
    private let text: String

    init?(argument: String) {
        guard let address = ServerAddress(url: argument) else { return nil }
        self.address = address
        text = argument
    }

    var defaultValueDescription: String { text }
}

/// Standard output and standard error of the commands.
enum Say {
    static func line(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
    static func remark(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
