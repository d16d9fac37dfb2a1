internal import DurableFiles
internal import Lease
internal import NIOPosix
internal import Peers
internal import Settings
internal import Wire

/// The data directory that a command works on, and the way to the processes that run on it.
struct OperatedData: Sendable {
    let directory: DataDirectory
    let cluster: ClusterFile

    /// Throws `ConfigurationFaults`, and `.usage` where nothing of Statuscast lies: a command never makes a data directory.
    init(_ options: DataOptions) throws {
        directory = try options.location
        guard PosixFileSystem().exists(directory.shared + "/cluster.json") else {
            throw OperateError(
                .usage, "\(directory.path) is no data directory of Statuscast; name the server's with --data")
        }
        cluster = try ClusterFile.load(sharedDirectory: directory.shared)
    }

    var mailboxes: String { directory.shared + "/mailboxes" }

    /// Gives `body` the way to the running processes, and closes the connections afterwards.
    func withPeers<T: Sendable>(_ body: (PeerDirectory) async throws -> T) async throws -> T {
        let peers = PeerDirectory(
            sharedDirectory: directory.shared, group: MultiThreadedEventLoopGroup.singleton)
        let result: Result<T, any Error>
        do { result = .success(try await body(peers)) } catch { result = .failure(error) }
        await peers.close()
        return try result.get()
    }

    /// Does blocking work on a thread of its own.
    static func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        let threads = FileThreads(name: "operate", count: 1)
        defer { threads.stop() }
        return try await threads.run { Result { try body() } }.get()
    }

    /// The same, of a command that works on this data directory.
    func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await Self.onThread(body)
    }
}

extension DataOptions {
    /// The data directory that flags, environment and file name. Throws `ConfigurationFaults`.
    var location: DataDirectory {
        get throws { try sources().load().directory }
    }
}
