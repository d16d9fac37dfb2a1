internal import Queue
internal import StatuscastModel

/// The bytes that a lease's cursor file holds for a delivery worker; the lease adds the checksum.
///
/// | bytes | field |
/// | --- | --- |
/// | 1 | version, 1 |
/// | 4 | count of streams |
/// | 24 each | opened (unix milliseconds, 8), random (8), number (8) |
///
/// Little-endian; streams ascending.
enum CursorFile {
    static func encoded(_ cursor: Cursor) -> [UInt8] {
        var writer = ByteWriter(reserving: 5 + cursor.numbers.count * 24)
        writer.integer(UInt8(1))
        writer.list(cursor.numbers.sorted { $0.key < $1.key }) { writer, entry in
            writer.integer(entry.key.openedUnixMilliseconds)
            writer.integer(entry.key.random)
            writer.integer(entry.value)
        }
        return writer.bytes
    }

    static func decoded(_ bytes: [UInt8]) throws(DecodeError) -> Cursor {
        var reader = ByteReader(bytes)
        _ = try reader.version(upTo: 1, "cursor file")
        let entries = try reader.list("streams") { reader throws(DecodeError) in
            let opened = try reader.integer("opened", as: UInt64.self)
            let random = try reader.integer("random", as: UInt64.self)
            let number = try reader.integer("number", as: UInt64.self)
            return (StreamID(openedUnixMilliseconds: opened, random: random), number)
        }
        guard reader.isAtEnd else { throw DecodeError(field: "cursor file", reason: .invalid("bytes behind its end")) }
        var cursor = Cursor()
        for (stream, number) in entries { cursor.advance(stream, to: number) }
        return cursor
    }
}
