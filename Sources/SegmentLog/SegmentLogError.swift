internal import DurableFiles

/// Why the log did not do what it was asked, kept apart by what the caller or an operator has to do about it.
public struct SegmentLogError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// Bytes that are not what was written.
        public static let corrupt = Code(description: "corrupt")
        /// Files of a format version that this program does not know.
        public static let unsupportedVersion = Code(description: "unsupported version")
        /// No room on the device or in the quota. The log stays usable: try again once there is room.
        public static let full = Code(description: "full")
        /// The log was closed.
        public static let closed = Code(description: "closed")
        /// A sync failed. Final: nothing more is accepted until the log is opened anew.
        public static let failed = Code(description: "failed")
        /// Another error of the system; trying again may help.
        public static let temporary = Code(description: "temporary")
        /// A file or directory is missing.
        public static let notFound = Code(description: "not found")
        /// The caller asked for something that cannot be: a number that is not the next, a frame too large.
        public static let invalid = Code(description: "invalid")
        /// Another opener has the directory.
        public static let locked = Code(description: "locked")
    }

    public let code: Code
    public let message: String
    public let path: String?
    public let offset: Int?

    public init(_ code: Code, _ message: String, path: String? = nil, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.offset = offset
    }

    public var description: String {
        var text = "\(code): \(message)"
        if let path { text += " [\(path)" + (offset.map { " at \($0)" } ?? "") + "]" }
        return text
    }

    init(_ error: FileError) {
        let code: Code =
            switch error.code {
            case .full: .full
            case .syncFailed: .failed
            case .locked: .locked
            case .notFound: .notFound
            default: .temporary
            }
        self.init(code, error.description, path: error.path)
    }

    /// Runs file work and turns its errors into this library's.
    static func translating<T>(_ body: () throws(FileError) -> T) throws(SegmentLogError) -> T {
        do throws(FileError) { return try body() } catch { throw SegmentLogError(error) }
    }
}
