internal import Glibc

/// An exclusive lock on a file of its own (`flock`), held until `release` or the end of the process, however it ends.
///
/// The file's content is the holder's to write; it is kept when the lock goes, so that others can read who held it last.
public final class FileLock: HeldLock {
    public let path: String
    private let descriptor: CInt
    private let released = Once()

    /// Takes the lock or throws `.locked` at once, with what the file says of its holder as the detail.
    public init(path: String) throws(FileError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(operation: "open", path: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            let holder = FileLock.text(of: descriptor)
            Glibc.close(descriptor)
            guard number == EWOULDBLOCK else { throw FileError(operation: "flock", path: path, errno: number) }
            throw FileError(
                code: .locked, operation: "flock", path: path,
                detail: holder.isEmpty ? "another process holds it" : "held by \(holder)")
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { release() }

    /// What the file holds, at most 4 KiB of it.
    public func text() -> String { FileLock.text(of: descriptor) }

    /// Replaces the file's content, in place: the lock is on this very file, so it is never renamed over.
    public func write(_ text: String) throws(FileError) {
        let bytes = Array(text.utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw FileError(operation: "write", path: path)
        }
        guard fsync(descriptor) == 0 else {
            throw FileError(code: .syncFailed, operation: "fsync", path: path, errno: errno)
        }
    }

    public func release() {
        guard released.first() else { return }
        // A child that was forked just now shares the lock until it executes something else: give it up for both.
        flock(descriptor, LOCK_UN)
        Glibc.close(descriptor)
    }

    private static func text(of descriptor: CInt) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
    }
}
