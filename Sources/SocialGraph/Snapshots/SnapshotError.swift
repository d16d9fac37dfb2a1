internal import DurableFiles

/// Why a snapshot cannot be used. Whatever it is, the look-up is built from the topic `accounts` instead.
public struct SnapshotError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// Bytes that are not what was written.
        public static let damaged = Code(description: "damaged")
        /// Of another look-up, or of other partitions.
        public static let foreign = Code(description: "foreign")
        /// Written by a release that this one does not know.
        public static let unsupportedVersion = Code(description: "of an unsupported version")
        /// Taken further on than the topic reaches: the topic is another one, or an older copy of it.
        public static let unreached = Code(description: "ahead of the topic")
        /// The file cannot be read just now; nothing is known about what is in it.
        public static let unreadable = Code(description: "unreadable")
    }

    public let code: Code
    public let path: String
    public let detail: String
    /// Where the file lies now; nil where it is still at `path`.
    public internal(set) var asidePath: String?

    init(_ code: Code, _ path: String, _ detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    init(_ error: FileError, _ path: String) { self.init(.unreadable, path, error.description) }

    public var description: String { "\(path): \(code): \(detail)" }
}
