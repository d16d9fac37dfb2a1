public import DurableFiles
internal import Glibc

/// `queue-nodes.json` in the shared directory: the membership of the queue cluster, changed by the operator's command
/// only and followed by every process.
///
/// Changes are made under a lock and replace the file whole: a reader sees the one or the other. All calls block.
public struct QueueNodesFile: Sendable {
    private static let limitBytes = 256 * 1024
    private static let lockMilliseconds = 5_000

    public let path: String
    private let files: any FileSystem

    public init(sharedDirectory: String, files: any FileSystem = PosixFileSystem()) {
        path = sharedDirectory + "/queue-nodes.json"
        self.files = files
    }

    /// Nil where there is no file yet.
    public func read() throws(SettingsError) -> QueueMembership? {
        guard let bytes = try bytes() else { return nil }
        return try QueueMembership(decoding: bytes, path: path)
    }

    /// What the cluster starts with: `told` where there is no file yet; it is written then. A file that has never been
    /// changed has to name the nodes that a process was told, or somebody has made a mistake; after the first change
    /// the file alone counts. `q1` alone, which is what a process assumes that was told nothing, never contradicts.
    public func bootstrap(_ told: [QueueMembership.Node]) throws(SettingsError) -> QueueMembership {
        let known: QueueMembership
        if let found = try read() { known = found } else { known = try begin(with: told) }
        let assumed = told == [QueueMembership.Node(name: "q1")]
        guard known.epoch > 1 || assumed || Self.places(known.nodes) == Self.places(told) else {
            throw SettingsError(
                "--queue-nodes names \(Self.text(told)), but the cluster was begun with \(Self.text(known.nodes)) "
                    + "(\(path)): leave the flag out, and change the nodes with `statuscast queue add-node`")
        }
        return known
    }

    /// Changes the membership; the epoch grows by one. `absent` is what the cluster has while there is no file.
    public func change(
        absent: QueueMembership, _ body: (inout QueueMembership) throws -> Void
    ) throws -> QueueMembership {
        let lock = try lock()
        defer { lock.release() }
        var membership = try read() ?? absent
        try body(&membership)
        membership.epoch += 1
        try write(membership)
        return membership
    }

    /// Of several that come first one writes.
    private func begin(with told: [QueueMembership.Node]) throws(SettingsError) -> QueueMembership {
        let lock = try lock()
        defer { lock.release() }
        if let known = try read() { return known }
        let first = QueueMembership(nodes: told)
        try write(first)
        return first
    }

    func bytes() throws(SettingsError) -> [UInt8]? {
        do throws(FileError) {
            guard files.exists(path) else { return nil }
            return try files.contents(of: path, limitBytes: Self.limitBytes)
        } catch {
            throw SettingsError("the queue nodes \(path) cannot be read: \(error)")
        }
    }

    private func write(_ membership: QueueMembership) throws(SettingsError) {
        let bytes = try membership.encoded()
        do throws(FileError) {
            try files.replace(path, with: bytes)
        } catch {
            throw SettingsError("the queue nodes \(path) cannot be written: \(error)")
        }
    }

    /// Waits for whoever changes the file now, for a few seconds.
    private func lock() throws(SettingsError) -> any HeldLock {
        var waitedMilliseconds = 0
        while true {
            do throws(FileError) {
                return try files.lock(path + ".lock")
            } catch {
                guard error.code == .locked, waitedMilliseconds < Self.lockMilliseconds else {
                    throw SettingsError("the queue nodes \(path) cannot be locked: \(error); try again in a moment")
                }
            }
            usleep(20_000)
            waitedMilliseconds += 20
        }
    }

    private static func places(_ nodes: [QueueMembership.Node]) -> [String] {
        nodes.map { "\($0.name)=\($0.address ?? "")" }.sorted()
    }

    private static func text(_ nodes: [QueueMembership.Node]) -> String { nodes.map(\.name).joined(separator: ",") }
}
