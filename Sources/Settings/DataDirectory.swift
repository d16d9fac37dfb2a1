public import DurableFiles

/// Where everything lies under the directory that `--data` names. On several machines `shared` is a mount.
public struct DataDirectory: Sendable, Hashable {
    public let path: String

    public init(_ path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// Mailboxes, leases, node numbers, cluster file: what all machines see.
    public var shared: String { path + "/shared" }
    /// One directory a queue node; local disks.
    public var queue: String { path + "/queue" }
    /// The canonical store; a local disk.
    public var store: String { path + "/store" }
    /// Unix sockets of the processes of this machine.
    public var run: String { path + "/run" }
    /// One file a process, from which Prometheus learns where to ask it.
    public var metricsTargets: String { run + "/metrics" }

    public func queueNode(_ name: String) -> String { queue + "/" + name }

    /// Makes the directory (not its parents: a mistyped path should not come into being) and what belongs in it.
    /// Throws with the path and what to do where that is not possible.
    public func prepare(files: any FileSystem = PosixFileSystem()) throws(SettingsError) {
        let parent = parentDirectory(of: path)
        guard files.exists(parent) else {
            throw SettingsError("the data directory \(path) cannot be made: \(parent) does not exist; create it first")
        }
        do {
            for directory in [path, shared, queue, store, run, metricsTargets] {
                try files.createDirectories(directory)
            }
            // Of its own name: processes that start together try at the same time.
            let probe = run + "/.writable-\(UInt64.random(in: .min ... .max))"
            try files.open(probe, .exclusive).close()
            try files.remove(probe)
        } catch {
            throw SettingsError(
                "the data directory \(path) cannot be written (\(error)); give this user the right to write there, "
                    + "or name another directory with --data")
        }
    }

    /// The queue nodes that have data here, by name, in order.
    public func queueNodeNames(files: any FileSystem = PosixFileSystem()) throws(SettingsError) -> [String] {
        do {
            return try files.list(queue).filter { QueueNodeName.isValid($0) }.sorted()
        } catch {
            throw SettingsError("the queue directory \(queue) cannot be read: \(error)")
        }
    }
}

/// Names of queue nodes are directory names and parts of socket names.
public enum QueueNodeName {
    /// 1 to 32 of a-z, 0-9 and `-`, beginning with a letter.
    public static func isValid(_ name: String) -> Bool {
        guard (1...32).contains(name.utf8.count), let first = name.utf8.first, (97...122).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy(isPlain)
    }

    /// An instance may also begin with a digit, or be empty: it stands behind another word.
    static func isInstance(_ name: String) -> Bool { name.utf8.count <= 32 && name.utf8.allSatisfy(isPlain) }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
    }
}
