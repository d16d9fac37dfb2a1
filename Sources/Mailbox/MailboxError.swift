public import DurableFiles
internal import Glibc

/// Why a record or a mailbox could not be written or read.
public struct MailboxError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// Bytes are not what was written: a checksum, a length or the layout is wrong.
        public static let corrupt = Code(description: "corrupt")
        /// Written by a newer release.
        public static let unsupportedVersion = Code(description: "unsupported version")
        /// No room on the device or in the quota. Temporary: try again once there is room.
        public static let full = Code(description: "full")
        /// Permissions: of one mailbox or of all.
        public static let notPermitted = Code(description: "not permitted")
        /// A sync failed, now or earlier. Final for the writer: give up the lease, let the queue deliver again.
        public static let failed = Code(description: "sync failed")
        /// A name that cannot be a file name.
        public static let invalid = Code(description: "invalid")
        /// Something about this one path: it is too long, another kind of file stands there, or it can grow no more.
        public static let unusablePath = Code(description: "unusable path")
        /// Any other error of the system.
        public static let system = Code(description: "system error")
    }

    public let code: Code
    public let message: String
    public let path: String?
    /// Where in the file, if that is known.
    public let offset: Int?

    public init(_ code: Code, _ message: String, path: String? = nil, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.offset = offset
    }

    public init(_ error: FileError) {
        let code: Code =
            switch (error.code, error.errno) {
            case (.full, _): .full
            case (.notPermitted, EACCES), (.notPermitted, EPERM): .notPermitted
            case (.syncFailed, _): .failed
            case (_, ENAMETOOLONG), (_, EISDIR), (_, ENOTDIR), (_, ELOOP), (_, EEXIST), (_, EFBIG): .unusablePath
            default: .system
            }
        self.init(code, error.description, path: error.path)
    }

    /// Classifies the current `errno`; call it right after the failing call.
    init(operation: String, path: String, errno number: CInt = Glibc.errno) {
        self.init(FileError(operation: operation, path: path, errno: number))
    }

    public var description: String {
        var text = "\(code): \(message)"
        if let path, !message.contains(path) { text += " in \(path)" }
        if let offset { text += " at byte \(offset)" }
        return text
    }
}
