internal import DurableFiles
internal import GRDB

/// Why the store did not do what it was asked, kept apart by what a caller or an operator has to do about it.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// Bytes that are not what was written, or a file that is no database of ours. Restore it from a copy.
        public static let corrupt = Code(description: "corrupt")
        /// The file was written by a newer program.
        public static let unsupportedVersion = Code(description: "unsupported version")
        /// No room. Nothing of the batch was stored; try again once there is room.
        public static let full = Code(description: "full")
        /// The store was closed.
        public static let closed = Code(description: "closed")
        /// Busy, or the device failed just now. Nothing of the batch was stored; try again later.
        public static let temporary = Code(description: "temporary")
        /// Permissions, or a read-only filesystem.
        public static let notPermitted = Code(description: "not permitted")
        /// Another process has the directory open.
        public static let inUse = Code(description: "in use")
        /// The directory was made for another number of shards, or the file for another place in it.
        public static let mismatch = Code(description: "mismatch")
        /// A mistake of this program.
        public static let failed = Code(description: "failed")
    }

    public let code: Code
    public let message: String
    /// The file or directory.
    public let path: String

    public init(_ code: Code, _ message: String, path: String) {
        self.code = code
        self.message = message
        self.path = path
    }

    public var description: String { "\(path): \(code): \(message)" }
}

extension StoreError {
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        case let error as FileError: self.init(error)
        default: self.init(.failed, "\(error)", path: path)
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let code: Code =
            switch error.resultCode.primaryResultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .corrupt
            case .SQLITE_FULL: .full
            case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_PROTOCOL, .SQLITE_INTERRUPT:
                .temporary
            case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH: .notPermitted
            case .SQLITE_MISUSE, .SQLITE_ABORT: .closed
            default: .failed
            }
        self.init(code, "\(error)", path: path)
    }

    init(_ error: FileError) {
        let code: Code =
            switch error.code {
            case .full: .full
            case .notPermitted: .notPermitted
            case .locked: .inUse
            default: .temporary
            }
        self.init(code, error.description, path: error.path)
    }
}
