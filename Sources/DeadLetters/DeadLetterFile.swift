public import DurableFiles
internal import Glibc
internal import Synchronization

/// One file of a box, for those who put letters aside. Several processes may share it: every access is under its lock.
///
/// `add` may be called from anywhere and does no I/O; callers bound what they add between two calls of `flush`.
public final class DeadLetterFile: Sendable {
    private let names: BoxNames
    private let name: String
    private let files: any FileSystem
    private let waiting = Mutex<[UInt8]>([])
    private let flushing = Mutex(())

    init(names: BoxNames, name: String, files: any FileSystem) {
        self.names = names
        self.name = name
        self.files = files
    }

    /// Bytes that wait for `flush`.
    public var waitingBytes: Int { waiting.withLock { $0.count } }

    public func add(_ letter: DeadLetter) {
        let entry = Entry.encoded(letter)
        waiting.withLock { $0 += entry }
    }

    /// Appends what was added; it is durable on return. Blocks, for up to 10 seconds where others hold the lock.
    ///
    /// After a throw it is kept for the next call, and may be in the file twice.
    public func flush() throws(FileError) {
        let result: Result<Void, FileError> = flushing.withLock { _ in
            let taken = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            guard !taken.isEmpty else { return .success(()) }
            do throws(FileError) {
                try files.createDirectories(names.directory)
                let lock = try files.lockWaiting(names.lock(name))
                defer { lock.release() }
                return .success(try files.appendLines(taken, to: names.log(name)))
            } catch {
                waiting.withLock { $0 = taken + $0 }
                return .failure(error)
            }
        }
        try result.get()
    }
}

/// The files of a box.
struct BoxNames: Sendable {
    let directory: String

    func log(_ name: String) -> String { "\(directory)/\(name).log" }
    func lock(_ name: String) -> String { "\(directory)/\(name).log.lock" }
    func settled(_ name: String) -> String { "\(directory)/\(name).settled" }
}

extension FileSystem {
    /// Others hold the lock for moments: it comes free within ten seconds, or something is wrong with it.
    func lockWaiting(_ path: String) throws(FileError) -> any HeldLock {
        var attempts = 0
        while true {
            do throws(FileError) {
                return try lock(path)
            } catch {
                attempts += 1
                guard error.code == .locked, attempts < 500 else { throw error }
                usleep(20_000)
            }
        }
    }

    /// Durable on return. What a crash left torn at the end is ended first, so that `bytes` begin on a line.
    func appendLines(_ bytes: [UInt8], to path: String) throws(FileError) {
        let file = try open(path, .create)
        defer { file.close() }
        let size = try file.size()
        let isTorn = size > 0 ? try file.read(at: size - 1, count: 1) != [UInt8(ascii: "\n")] : false
        try file.write(isTorn ? [UInt8(ascii: "\n")] + bytes : bytes, at: size)
        try file.sync()
        // Always: an earlier attempt may have failed just here.
        try syncDirectory(parentDirectory(of: path))
    }
}
