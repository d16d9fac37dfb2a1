public import DurableFiles
internal import Foundation
public import HashRing

/// What all processes of a cluster must agree on; `cluster.json` in the shared directory. Whoever comes first writes it.
///
/// The counts decide where things lie, so a process never changes them: a file that differs from what a process was
/// told wins, and a newer version than the program knows is refused. The domain is put in by the first process that is
/// told one, and stays.
public struct ClusterFile: Sendable, Hashable {
    public var partitions: PartitionCount
    public var userShards: Int
    public var messageShards: Int
    /// Under which name clients know the server; nil until somebody has set it.
    public var domain: String?

    public static let newestVersion = 1

    public init(
        partitions: PartitionCount = .default, userShards: Int = 1, messageShards: Int = 1, domain: String? = nil
    ) {
        self.domain = domain
        self.partitions = partitions
        self.userShards = userShards
        self.messageShards = messageShards
    }

    /// Reads the file, or writes it with `initial` where there is none yet.
    public static func load(
        sharedDirectory: String, initial: ClusterFile = ClusterFile(), files: any FileSystem = PosixFileSystem()
    ) throws(SettingsError) -> ClusterFile {
        let path = sharedDirectory + "/cluster.json"
        do {
            if !files.exists(path) { try create(path, initial, files) }
            return try decode(try files.contents(of: path, limitBytes: 64 * 1024), path: path)
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError("the cluster file \(path) cannot be read or written: \(error)")
        }
    }

    /// Written whole under a name of its own and linked into place: of two that start together one wins, and nobody
    /// ever reads half a file.
    private static func create(_ path: String, _ initial: ClusterFile, _ files: any FileSystem) throws {
        let draft = "\(path).\(UInt64.random(in: .min ... .max))"
        let file = try files.open(draft, .exclusive)
        try file.write(try encoded(initial), at: 0)
        try file.sync()
        guard link(draft, path) == 0 || errno == EEXIST else { throw FileError(operation: "link", path: path) }
        try files.remove(draft)
        try files.syncDirectory(parentDirectory(of: path))
    }

    private static func encoded(_ cluster: ClusterFile) throws -> [UInt8] {
        let stored = Stored(
            version: newestVersion, partitions: cluster.partitions.rawValue, userShards: cluster.userShards,
            messageShards: cluster.messageShards, domain: cluster.domain)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return Array(try encoder.encode(stored))
    }

    /// Writes `domain` into the file if it has none yet. Answers what the file says afterwards, which is another's
    /// domain where that was there first. Waits up to two seconds for others who do the same.
    public static func keep(
        domain: String, sharedDirectory: String, files: any FileSystem = PosixFileSystem()
    ) throws(SettingsError) -> ClusterFile {
        let known = try load(sharedDirectory: sharedDirectory, files: files)
        guard known.domain == nil else { return known }
        let path = sharedDirectory + "/cluster.json"
        do {
            let lock = try waitForLock(path + ".lock")
            defer { lock.release() }
            var cluster = try load(sharedDirectory: sharedDirectory, files: files)
            guard cluster.domain == nil else { return cluster }
            cluster.domain = domain
            try files.replace(path, with: try encoded(cluster))
            return cluster
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError("the domain cannot be written into the cluster file \(path): \(error)")
        }
    }

    private static func waitForLock(_ path: String) throws(FileError) -> FileLock {
        for _ in 0..<40 {
            do throws(FileError) {
                return try FileLock(path: path)
            } catch {
                guard error.code == .locked else { throw error }
            }
            usleep(50_000)
        }
        return try FileLock(path: path)
    }

    private static func decode(_ bytes: [UInt8], path: String) throws(SettingsError) -> ClusterFile {
        guard let stored = try? JSONDecoder().decode(Stored.self, from: Data(bytes)) else {
            throw SettingsError("the cluster file \(path) is damaged: it is not the JSON that it should be")
        }
        guard stored.version <= newestVersion else {
            throw SettingsError(
                "the cluster file \(path) has version \(stored.version); this program knows \(newestVersion) at most: "
                    + "start a newer release")
        }
        guard let partitions = PartitionCount(rawValue: stored.partitions), (1...64).contains(stored.userShards),
            (1...64).contains(stored.messageShards)
        else {
            throw SettingsError("the cluster file \(path) holds counts that cannot be; restore it from a copy")
        }
        return ClusterFile(
            partitions: partitions, userShards: stored.userShards, messageShards: stored.messageShards,
            domain: stored.domain)
    }

    private struct Stored: Codable {
        var version: Int
        var partitions: Int
        var userShards: Int
        var messageShards: Int
        /// Absent in files of release 0.1.
        var domain: String?
    }
}
