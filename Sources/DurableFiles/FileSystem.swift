/// The seam to the operating system's files: real ones in production, ones that fail, tear, reorder or drop in tests.
///
/// All calls block; call them from threads of your own (`FileThreads`), never from Swift's cooperative pool.
/// Every call may run concurrently with every other.
public protocol FileSystem: Sendable {
    /// Opens a file for reading and writing. `exclusive` creates it and throws `.exists` if it is there;
    /// `create` creates it if it is absent. A new file is 0600 and is durable by name only after `syncDirectory`.
    func open(_ path: String, _ mode: FileOpenMode) throws(FileError) -> any OpenFile
    /// Names in a directory, without `.` and `..`, in no order.
    func list(_ directory: String) throws(FileError) -> [String]
    /// Creates a directory (0700) and its missing parents, each durable by name.
    func createDirectories(_ path: String) throws(FileError)
    func rename(_ from: String, to: String) throws(FileError)
    func remove(_ path: String) throws(FileError)
    /// Makes the names in a directory durable. Final on failure.
    func syncDirectory(_ path: String) throws(FileError)
    func exists(_ path: String) -> Bool
    /// Bytes that this process may still write on the filesystem that holds `path`, and all that it has.
    func room(at path: String) throws(FileError) -> (freeBytes: Int, totalBytes: Int)
    /// Takes an exclusive lock on a file of its own, or throws `.locked` at once.
    func lock(_ path: String) throws(FileError) -> any HeldLock
}

extension FileSystem {
    /// A lock of the operating system, where a file system does not bring its own.
    public func lock(_ path: String) throws(FileError) -> any HeldLock { try FileLock(path: path) }

    /// Without end, where a file system cannot tell.
    public func room(at path: String) throws(FileError) -> (freeBytes: Int, totalBytes: Int) { (.max, .max) }
}

/// A lock that is held until `release` or the end of its holder.
public protocol HeldLock: AnyObject, Sendable {
    func release()
}

public enum FileOpenMode: Sendable {
    case readOnly
    case readWrite
    case create
    case exclusive
}

/// An open file. It closes itself when released; `close` is for those who want to do it at a known moment.
public protocol OpenFile: AnyObject, Sendable {
    var path: String { get }
    func size() throws(FileError) -> Int
    /// Reads up to `into.count` bytes; fewer only at the end of the file.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
    /// Writes all of `bytes` or throws; after a throw any part may have been written.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError)
    /// Makes the content (and the size) durable: fdatasync. Throws `.syncFailed`, and that is final.
    func sync() throws(FileError)
    /// Reserves and zero-fills, so that later writes inside cannot meet a full disk. Throws `.full`.
    func zeroFill(from offset: Int, count: Int) throws(FileError)
    func truncate(to size: Int) throws(FileError)
    func close()
}

extension OpenFile {
    public func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        let result: Result<Void, FileError> = bytes.withUnsafeBytes { buffer in
            do throws(FileError) { return .success(try write(buffer, at: offset)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// Reads exactly `count` bytes, or as many as there are before the end of the file.
    public func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(FileError) {
                initialized = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension FileSystem {
    /// Replaces the file at `path` by `bytes`, whole or not at all: written beside it, synced, renamed, directory synced.
    public func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let temporary = path + ".new"
        if exists(temporary) { try remove(temporary) }
        let file = try open(temporary, .exclusive)
        try file.write(bytes, at: 0)
        try file.sync()
        file.close()
        try rename(temporary, to: path)
        try syncDirectory(parentDirectory(of: path))
    }

    /// The whole content of a file; throws `.full` never, `.notFound` if it is absent.
    public func contents(of path: String, limitBytes: Int) throws(FileError) -> [UInt8] {
        let file = try open(path, .readOnly)
        defer { file.close() }
        let size = try file.size()
        guard size <= limitBytes else {
            throw FileError(
                code: .system, operation: "read", path: path,
                detail: "it has \(size) bytes, more than the \(limitBytes) expected of it")
        }
        return try file.read(at: 0, count: size)
    }
}

/// Everything before the last slash; `.` where there is none.
public func parentDirectory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
