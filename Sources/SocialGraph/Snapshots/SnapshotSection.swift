internal import StatuscastModel

/// A part of a snapshot, with a checksum of its own.
public struct SnapshotSection: Sendable {
    /// The raw values are on disk. Kinds that a release does not know are passed over.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        static let scope = Kind(rawValue: 1)
        static let accounts = Kind(rawValue: 2)
        static let blocks = Kind(rawValue: 3)
        static let standings = Kind(rawValue: 4)
        static let authors = Kind(rawValue: 5)
        static let recentEvents = Kind(rawValue: 6)
        static let state = Kind(rawValue: 7)
        static let rulesState = Kind(rawValue: 8)
        static let rules = Kind(rawValue: 9)
        static let filters = Kind(rawValue: 10)
        static let end = Kind(rawValue: 255)
    }

    /// Sections of many alike are ended once they have this many bytes.
    static let fullBytes = 1 << 20
    static let magic = Array("SCLOOKUP".utf8)
    static let version: UInt32 = 1
    static let prefixBytes = 12
    static let headerBytes = 12

    public let kind: Kind
    public let content: [UInt8]

    static func prefix() -> [UInt8] {
        var writer = ByteWriter()
        writer.raw(magic)
        writer.integer(version)
        return writer.bytes
    }
}
