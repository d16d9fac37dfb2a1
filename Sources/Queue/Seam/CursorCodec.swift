/// A cursor as bytes, for those who keep theirs beside what they made of the frames: in a database, in a lease's file.
///
/// | bytes | field |
/// | --- | --- |
/// | 1 | version, 1 |
/// | 4 | count of streams |
/// | 24 each | opened (unix milliseconds, 8), random (8), number (8) |
///
/// Little-endian; streams ascending. Bytes behind the last stream are ignored. There is no checksum: who keeps the
/// bytes adds one.
public enum CursorCodec {
    private static let version: UInt8 = 1
    private static let headerBytes = 5
    private static let entryBytes = 24

    public static func encoded(_ cursor: Cursor) -> [UInt8] {
        var bytes: [UInt8] = [version]
        bytes.reserveCapacity(headerBytes + cursor.numbers.count * entryBytes)
        append(UInt32(cursor.numbers.count), to: &bytes)
        for (stream, number) in cursor.numbers.sorted(by: { $0.key < $1.key }) {
            append(stream.openedUnixMilliseconds, to: &bytes)
            append(stream.random, to: &bytes)
            append(number, to: &bytes)
        }
        return bytes
    }

    /// Throws `.unsupportedVersion` and `.corrupt`; whatever the bytes are, nothing traps. Of a stream that is there
    /// twice the higher number counts.
    public static func decoded(_ bytes: [UInt8]) throws(QueueError) -> Cursor {
        guard let first = bytes.first else { throw QueueError(.corrupt, "a cursor of no bytes") }
        guard first == version else {
            throw QueueError(.unsupportedVersion, "a cursor of version \(first); this program reads version \(version)")
        }
        guard bytes.count >= headerBytes else { throw QueueError(.corrupt, "a cursor that ends within its count") }
        let count = Int(integer(bytes, at: 1, as: UInt32.self))
        guard count <= (bytes.count - headerBytes) / entryBytes else {
            throw QueueError(.corrupt, "a cursor of \(count) streams in \(bytes.count) bytes")
        }
        var numbers: [StreamID: UInt64] = [:]
        for offset in (0..<count).map({ headerBytes + $0 * entryBytes }) {
            let stream = StreamID(
                openedUnixMilliseconds: integer(bytes, at: offset), random: integer(bytes, at: offset + 8))
            numbers[stream] = max(numbers[stream] ?? 0, integer(bytes, at: offset + 16))
        }
        return Cursor(numbers)
    }

    private static func append<T: FixedWidthInteger>(_ value: T, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// The caller has checked that the bytes are there.
    private static func integer<T: FixedWidthInteger>(_ bytes: [UInt8], at offset: Int, as: T.Type = T.self) -> T {
        bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
    }
}
