internal import HashRing

/// What a node writes down of a topic beside its frames: small records that ride along in the log.
///
/// Key: one byte of kind, the partition (2 bytes), then for openings and commits the stream (16 bytes: unix
/// milliseconds, random), then for commits and terms the group's name. Value: one byte of version (1), then for commits
/// the number and for terms the term (8 bytes). All numbers are big-endian.
enum TopicNote: Equatable {
    case opening(StreamKey)
    case commit(StreamKey, group: String, number: UInt64)
    case term(PartitionIndex, group: String, term: UInt64)

    private enum Kind {
        static let opening: UInt8 = 1
        static let commit: UInt8 = 2
        static let term: UInt8 = 3
    }
    private static let version: UInt8 = 1

    static func openingKey(_ key: StreamKey) -> [UInt8] { streamKey(Kind.opening, key) }
    static func commitKey(_ key: StreamKey, group: String) -> [UInt8] {
        streamKey(Kind.commit, key) + Array(group.utf8)
    }

    var key: [UInt8] {
        switch self {
        case .opening(let key): Self.openingKey(key)
        case .commit(let key, let group, _): Self.commitKey(key, group: group)
        case .term(let partition, let group, _):
            [Kind.term] + bigEndianBytes(partition.rawValue) + Array(group.utf8)
        }
    }

    var value: [UInt8] {
        switch self {
        case .opening: [Self.version]
        case .commit(_, _, let number): [Self.version] + bigEndianBytes(number)
        case .term(_, _, let term): [Self.version] + bigEndianBytes(term)
        }
    }

    init(key: [UInt8], value: [UInt8]) throws(QueueError) {
        guard let version = value.first, key.count >= 3 else {
            throw QueueError(.corrupt, "a note of \(key.count) and \(value.count) bytes")
        }
        guard version == Self.version else {
            throw QueueError(.unsupportedVersion, "a note of version \(version); this program knows \(Self.version)")
        }
        let partition = PartitionIndex(rawValue: bigEndian(key[1..<3]))
        let stream =
            key.count >= 19
            ? StreamKey(
                partition: partition,
                stream: StreamID(openedUnixMilliseconds: bigEndian(key[3..<11]), random: bigEndian(key[11..<19])))
            : nil
        switch (key[0], stream) {
        case (Kind.opening, let stream?) where key.count == 19:
            self = .opening(stream)
        case (Kind.commit, let stream?) where value.count == 9:
            self = .commit(stream, group: String(decoding: key[19...], as: UTF8.self), number: bigEndian(value[1...]))
        case (Kind.term, _) where value.count == 9:
            self = .term(partition, group: String(decoding: key[3...], as: UTF8.self), term: bigEndian(value[1...]))
        default:
            throw QueueError(.corrupt, "a note of kind \(key[0]) with \(key.count) and \(value.count) bytes")
        }
    }

    private static func streamKey(_ kind: UInt8, _ key: StreamKey) -> [UInt8] {
        [kind] + bigEndianBytes(key.partition.rawValue) + bigEndianBytes(key.stream.openedUnixMilliseconds)
            + bigEndianBytes(key.stream.random)
    }
}

func bigEndianBytes<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

func bigEndian<Integer: FixedWidthInteger & UnsignedInteger>(_ bytes: ArraySlice<UInt8>) -> Integer {
    bytes.reduce(0) { $0 << 8 | Integer($1) }
}
