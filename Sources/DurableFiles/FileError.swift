public import Glibc

/// Why a file operation failed, kept apart by what an operator or a caller has to do about it.
public struct FileError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// The path does not exist.
        public static let notFound = Code(description: "not found")
        /// Something with that name exists already (exclusive creation).
        public static let exists = Code(description: "exists already")
        /// No room on the device or in the quota. Temporary: try again once there is room.
        public static let full = Code(description: "full")
        /// Permissions or a read-only filesystem.
        public static let notPermitted = Code(description: "not permitted")
        /// A sync failed. Final for what it covered: what was written may be gone although a later sync succeeds.
        public static let syncFailed = Code(description: "sync failed")
        /// Another process holds the lock.
        public static let locked = Code(description: "locked")
        /// Any other error of the system.
        public static let system = Code(description: "system error")
    }

    public let code: Code
    /// The call that failed, for example `openat`.
    public let operation: String
    public let path: String
    /// The `errno` of the call, 0 where there was none.
    public let errno: CInt
    /// More about it: who holds the lock, what to do.
    public let detail: String?

    public init(code: Code, operation: String, path: String, errno: CInt = 0, detail: String? = nil) {
        self.code = code
        self.operation = operation
        self.path = path
        self.errno = errno
        self.detail = detail
    }

    /// Classifies the current `errno`; call it right after the failing call.
    public init(operation: String, path: String, errno number: CInt = Glibc.errno) {
        let code: Code =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            case EEXIST: .exists
            case ENOSPC, EDQUOT: .full
            case EACCES, EPERM, EROFS: .notPermitted
            case EWOULDBLOCK: .locked
            default: .system
            }
        self.init(code: code, operation: operation, path: path, errno: number)
    }

    public var description: String {
        var text = "\(operation) \(path): \(code)"
        if errno != 0 { text += " (\(String(cString: strerror(errno))))" }
        if let detail { text += "; \(detail)" }
        return text
    }
}
