internal import Glibc

/// A mailbox file, open at its end for one append. Used by one thread.
final class AppendFile {
    private let root: MailboxRoot
    private let path: MailboxPath
    private var descriptor: CInt

    init(descriptor: CInt, root: MailboxRoot, path: MailboxPath) {
        self.descriptor = descriptor
        self.root = root
        self.path = path
    }

    /// Writes all the records with one write. A write that the system cut short is gone on with: nobody else appends.
    func append(_ bundle: [ArraySlice<UInt8>]) throws(MailboxError) {
        var records = bundle[0]
        if bundle.count > 1 {
            var joined: [UInt8] = []
            joined.reserveCapacity(bundle.reduce(0) { $0 + $1.count })
            for record in bundle { joined += record }
            records = joined[...]
        }
        try write(records)
    }

    func write(_ bytes: ArraySlice<UInt8>) throws(MailboxError) {
        let succeeded = bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = Glibc.write(descriptor, part.baseAddress, part.count)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
        guard succeeded else { throw root.error("write", path) }
    }

    func size() throws(MailboxError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw root.error("fstat", path) }
        return Int(status.st_size)
    }

    /// Reads from `offset` to the end of the file, which is `size`.
    func read(from offset: Int, size: Int) throws(MailboxError) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: size - offset) { buffer, initialized in
            while initialized < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...])
                let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + initialized))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                initialized += count
            }
        }
        guard bytes.count == size - offset else { throw root.error("pread", path) }
        return bytes
    }

    func truncate(to size: Int) throws(MailboxError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw root.error("ftruncate", path) }
    }

    /// Closes the file; network filesystems report a failed write only then.
    func finish() throws(MailboxError) {
        let closing = descriptor
        descriptor = -1
        guard Glibc.close(closing) == 0 else { throw root.error("close", path) }
    }

    /// Closes the file if `finish` has not.
    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }
}
