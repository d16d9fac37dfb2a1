internal import Queue
internal import StatuscastModel

/// A cursor as bytes: version 1, a count of 4 bytes, and for each stream its time (8), its random bits (8) and the
/// number (8), all little-endian.
enum CursorCodec {
    static func encoded(_ cursor: Cursor) -> [UInt8] {
        var writer = ByteWriter()
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
        _ = try reader.version(upTo: 1, "cursor")
        let entries = try reader.list("cursor") { reader throws(DecodeError) in
            let stream = StreamID(
                openedUnixMilliseconds: try reader.integer("stream"), random: try reader.integer("stream"))
            return (stream, try reader.integer("number", as: UInt64.self))
        }
        return Cursor(Dictionary(entries) { max($0, $1) })
    }
}

extension Cursor {
    /// How far both have come.
    func meet(_ other: Cursor) -> Cursor {
        Cursor(numbers.reduce(into: [:]) { $0[$1.key] = min($1.value, other[$1.key]) })
    }
}
