internal import Glibc

/// A file open for reading, and the part of it that was read last. Used by one thread; closes itself.
final class FileWindow {
    private static let windowBytes = 256 << 10

    let path: String
    let size: Int
    let inode: UInt64
    private let descriptor: CInt
    private var bytes: ArraySlice<UInt8> = []
    /// Where in the file `bytes` starts.
    private var start = 0

    /// What is read is the file as it is now: bytes appended later are not seen.
    init(path: String) throws(ReadFailure) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ReadFailure(operation: "open", path: path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let failure = ReadFailure(operation: "fstat", path: path)
            close(descriptor)
            throw failure
        }
        self.path = path
        size = Int(status.st_size)
        inode = UInt64(status.st_ino)
    }

    deinit { close(descriptor) }

    /// The bytes from `offset` on, `count` of them or as many as the file has.
    func slice(at offset: Int, count: Int) throws(ReadFailure) -> ArraySlice<UInt8> {
        let end = min(size, offset + count)
        guard offset < end else { return [] }
        if offset < start || end > start + bytes.count {
            bytes = try read(at: offset, count: min(size - offset, max(count, Self.windowBytes)))[...]
            start = offset
        }
        // A file that was cut meanwhile has less than its size said.
        return bytes[min(offset - start, bytes.count)..<min(end - start, bytes.count)]
    }

    /// Exactly these bytes, fewer at the end of the file; nothing around them is read.
    func read(at offset: Int, count: Int) throws(ReadFailure) -> [UInt8] {
        var failure: ReadFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...])
                let done = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + initialized))
                if done < 0 && errno == EINTR { continue }
                if done < 0 { failure = ReadFailure(operation: "pread", path: path) }
                guard done > 0 else { break }
                initialized += done
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// A read that failed, and whether trying again from the directory listing on may help: a file that another host
/// renamed or replaced is answered with ENOENT or ESTALE for a moment.
struct ReadFailure: Error {
    let error: MailboxError
    let mayPass: Bool

    init(_ error: MailboxError) {
        self.error = error
        mayPass = false
    }

    init(operation: String, path: String) {
        let number = errno
        error = MailboxError(operation: operation, path: path, errno: number)
        mayPass = number == ENOENT || number == ESTALE
    }

    /// Runs `body` until it succeeds, fails for good, or has failed five times.
    static func retrying<T>(_ body: () throws(ReadFailure) -> T) throws(MailboxError) -> T {
        var attempt = 1
        while true {
            do throws(ReadFailure) {
                return try body()
            } catch {
                guard error.mayPass, attempt < 5 else { throw error.error }
                // A shared filesystem says in no other way that a file that was replaced is there again.
                usleep(useconds_t(500 << attempt))
                attempt += 1
            }
        }
    }
}
