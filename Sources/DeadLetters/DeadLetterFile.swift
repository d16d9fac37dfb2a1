public import DurableFiles
internal import Glibc
internal import Synchronization

/// Writes to one file of a box. Any number of processes may share it, on any number of hosts: each append is made under
/// a lock file beside it, and the file is opened inside that lock.
///
/// `add` may be called from anywhere and does no I/O; what was added is in memory until `flush`, so call that for every
/// batch, before the cursor passes it. A crash between `flush` and the cursor leaves an item here that comes again.
public final class DeadLetterFile: Sendable {
    public let path: String
    private let files: any FileSystem
    private let waiting = Mutex<[UInt8]>([])
    private let flushing = Mutex(())

    /// - Parameter name: without the `.log`: letters, digits, `-` and `_`, for example `judge` or `deliver-normal`.
    public init(directory: String, name: String, files: any FileSystem = PosixFileSystem()) {
        path = "\(directory)/\(name).log"
        self.files = files
    }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { $0 == 45 || $0 == 95 || (48...57).contains($0) || (97...122).contains($0 | 32) }
    }

    public func add(_ letter: DeadLetter) {
        let entry = EntryFormat.encoded(letter)
        waiting.withLock { $0 += entry }
    }

    /// Appends what was added; durable on return. Blocks. After a throw it is kept for the next call, and may then be in
    /// the file twice, under one id.
    public func flush() throws(FileError) {
        let result: Result<Void, FileError> = flushing.withLock { _ in
            let bytes = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            guard !bytes.isEmpty else { return .success(()) }
            do throws(FileError) {
                return .success(try append(bytes))
            } catch {
                waiting.withLock { $0.insert(contentsOf: bytes, at: 0) }
                return .failure(error)
            }
        }
        try result.get()
    }

    private func append(_ bytes: [UInt8]) throws(FileError) {
        let directory = parentDirectory(of: path)
        try files.createDirectories(directory)
        let lock = try BoxLock.take(path, files)
        defer { lock.release() }
        let file = try files.open(path, .create)
        defer { file.close() }
        let size = try file.size()
        // A torn entry must not swallow the line that starts the next.
        try file.write(try file.endsInsideLine(size) ? [10] + bytes : bytes, at: size)
        try file.sync()
        if size == 0 { try files.syncDirectory(directory) }
    }
}

extension OpenFile {
    /// Whether the last of `size` bytes is no line feed.
    func endsInsideLine(_ size: Int) throws(FileError) -> Bool {
        guard size > 0 else { return false }
        return try read(at: size - 1, count: 1) != [10]
    }
}

/// The lock of one file of a box.
enum BoxLock {
    private static let attempts = 100
    private static let pauseMicroseconds: UInt32 = 20_000

    /// Others hold it for one append or one rewriting. Polled, because `flock` has no deadline: a thread that slept in it
    /// while the holder is stopped could neither end nor say what it waits for. Throws `.locked` after two seconds.
    static func take(_ path: String, _ files: any FileSystem) throws(FileError) -> any HeldLock {
        var failures = 0
        while true {
            do throws(FileError) {
                return try files.lock(path + ".lock")
            } catch {
                failures += 1
                guard error.code == .locked, failures < attempts else { throw error }
                usleep(pauseMicroseconds)
            }
        }
    }
}
