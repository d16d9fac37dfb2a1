internal import CLinux
internal import Glibc

/// The files of the operating system.
public struct PosixFileSystem: FileSystem {
    public init() {}

    public func open(_ path: String, _ mode: FileOpenMode) throws(FileError) -> any OpenFile {
        let flags: CInt =
            switch mode {
            case .readOnly: O_RDONLY
            case .readWrite: O_RDWR
            case .create: O_RDWR | O_CREAT
            case .exclusive: O_RDWR | O_CREAT | O_EXCL
            }
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(operation: "open", path: path) }
        return PosixFile(descriptor: descriptor, path: path)
    }

    public func room(at path: String) throws(FileError) -> (freeBytes: Int, totalBytes: Int) {
        let free = statuscast_free_bytes(path)
        let total = statuscast_total_bytes(path)
        guard free >= 0, total >= 0 else { throw FileError(operation: "statvfs", path: path) }
        return (Int(free), Int(total))
    }

    public func list(_ directory: String) throws(FileError) -> [String] {
        guard let stream = opendir(directory) else { throw FileError(operation: "opendir", path: directory) }
        defer { closedir(stream) }
        var names: [String] = []
        // The end and an error look the same but for this; a listing cut short would pass for one of fewer files.
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw FileError(operation: "readdir", path: directory) }
        return names
    }

    public func createDirectories(_ path: String) throws(FileError) {
        if Glibc.mkdir(path, 0o700) == 0 {
            try syncDirectory(parentDirectory(of: path))
            return
        }
        switch errno {
        case EEXIST:
            return
        case ENOENT:
            try createDirectories(parentDirectory(of: path))
            guard Glibc.mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw FileError(operation: "mkdir", path: path)
            }
            try syncDirectory(parentDirectory(of: path))
        default:
            throw FileError(operation: "mkdir", path: path)
        }
    }

    public func rename(_ from: String, to: String) throws(FileError) {
        guard Glibc.rename(from, to) == 0 else { throw FileError(operation: "rename", path: from) }
    }

    public func remove(_ path: String) throws(FileError) {
        guard Glibc.unlink(path) == 0 else { throw FileError(operation: "unlink", path: path) }
    }

    public func syncDirectory(_ path: String) throws(FileError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(operation: "open", path: path) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw FileError(code: .syncFailed, operation: "fsync", path: path, errno: errno)
        }
    }

    public func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

/// A descriptor, closed once.
private final class PosixFile: OpenFile {
    let path: String
    private let descriptor: CInt
    private let closed = Once()

    init(descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close() }

    func close() {
        if closed.first() { Glibc.close(descriptor) }
    }

    func size() throws(FileError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(operation: "fstat", path: path) }
        return Int(status.st_size)
    }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(operation: "pread", path: path)
            }
            done += count
        }
        return done
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(operation: "pwrite", path: path)
            }
            done += count
        }
    }

    func sync() throws(FileError) {
        guard fdatasync(descriptor) == 0 else {
            throw FileError(code: .syncFailed, operation: "fdatasync", path: path, errno: errno)
        }
    }

    /// Written and not only reserved: on ext4 a reserved range still costs a journal entry at its first write.
    func zeroFill(from offset: Int, count: Int) throws(FileError) {
        let zeros = [UInt8](repeating: 0, count: min(count, 1 << 20))
        var position = offset
        while position < offset + count {
            let length = min(zeros.count, offset + count - position)
            try write(length == zeros.count ? zeros : Array(zeros[..<length]), at: position)
            position += length
        }
    }

    func truncate(to size: Int) throws(FileError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw FileError(operation: "ftruncate", path: path) }
    }
}
