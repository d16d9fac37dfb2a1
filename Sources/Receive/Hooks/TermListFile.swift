internal import DurableFiles
internal import Glibc
internal import Logging
internal import Synchronization

/// The operator's list as it stands in its file, read again when that has changed. May be used from anywhere.
///
/// A file that cannot be read later on leaves the last list in force. Faulty lines are logged and have no effect.
final class TermListFile: Sendable {
    private struct State {
        var list = TermList()
        var stamp: Stamp?
    }

    /// What tells one content of the file from another.
    private struct Stamp: Hashable {
        let seconds: Int
        let nanoseconds: Int
        let bytes: Int
        let inode: UInt64
    }

    let path: String
    private let files: any FileSystem
    private let logger: Logger
    private let state = Mutex(State())

    /// Blocks. Throws where the file cannot be read: without its list a server would let through what it must not.
    init(path: String, files: any FileSystem, logger: Logger) throws(FileError) {
        self.path = path
        self.files = files
        self.logger = logger
        try read()
    }

    var list: TermList { state.withLock { $0.list } }

    /// Reads it again if its time, size or inode has changed. Blocks.
    func reloadIfChanged() {
        guard let stamp = Self.stamp(path), stamp != state.withLock({ $0.stamp }) else { return }
        reload()
    }

    /// Reads it again. Blocks.
    func reload() {
        do throws(FileError) {
            try read()
        } catch {
            logger.error(
                "the list of words and links cannot be read; the last one stays in force",
                metadata: ["path": "\(path)", "error": "\(error)"])
        }
    }

    private func read() throws(FileError) {
        // Before the content: what is written in between shows as another stamp.
        let stamp = Self.stamp(path)
        let file = try files.open(path, .readOnly)
        defer { file.close() }
        let list = TermList(parsing: String(decoding: try file.read(at: 0, count: try file.size()), as: UTF8.self))
        state.withLock { state in
            state.list = list
            state.stamp = stamp
        }
        for fault in list.faults {
            logger.error("a rule has no effect: \(fault)", metadata: ["path": "\(path)"])
        }
        logger.info(
            "the list of words and links was read", metadata: ["path": "\(path)", "rules": "\(list.rules.count)"])
    }

    private static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, bytes: Int(status.st_size),
            inode: UInt64(status.st_ino))
    }
}
