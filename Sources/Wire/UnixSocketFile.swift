internal import Glibc

/// The file of a listening Unix socket, known by its inode so that nobody else's is ever removed.
struct UnixSocketFile: Sendable {
    static let addressInUse = EADDRINUSE

    private let path: String
    private let device: UInt64
    private let inode: UInt64

    /// A bound, not yet listening socket with a file of mode 0600.
    static func bind(_ path: String) throws(WireError) -> (file: UnixSocketFile, descriptor: CInt) {
        try removeStale(path)
        let descriptor = try makeSocket()
        // The file gets the mode of the descriptor: nobody can connect in between.
        fchmod(descriptor, 0o600)
        guard withAddress(path, { Glibc.bind(descriptor, $0, $1) }) == 0, let status = status(of: path) else {
            let code = errno
            close(descriptor)
            if code == EADDRINUSE { throw WireError(.busy, "unix:\(path) is in use") }
            throw WireError(.invalid, "cannot listen on unix:\(path): \(text(code))")
        }
        return (UnixSocketFile(path: path, device: UInt64(status.st_dev), inode: UInt64(status.st_ino)), descriptor)
    }

    /// Removes the file if it is still the one that was bound.
    func remove() {
        guard let now = Self.status(of: path) else { return }
        if UInt64(now.st_dev) == device, UInt64(now.st_ino) == inode { unlink(path) }
    }

    /// A socket file is stale if nobody listens on it any more: connecting is refused.
    private static func removeStale(_ path: String) throws(WireError) {
        guard let status = status(of: path) else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw WireError(.invalid, "cannot listen on unix:\(path): there is a file that is not a socket")
        }
        let probe = try makeSocket()
        defer { close(probe) }
        let isConnected = withAddress(path) { connect(probe, $0, $1) } == 0
        let code = errno
        guard !isConnected, code == ECONNREFUSED else { throw WireError(.busy, "unix:\(path) is in use") }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw WireError(.invalid, "cannot remove the stale socket \(path): \(text(errno))")
        }
    }

    private static func makeSocket() throws(WireError) -> CInt {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw WireError(.temporary, "no socket: \(text(errno))") }
        return descriptor
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    /// The caller has checked that the path fits.
    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { field in
            field.copyBytes(from: path.utf8.prefix(WireAddress.unixPathBytesMax))
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func text(_ code: CInt) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
