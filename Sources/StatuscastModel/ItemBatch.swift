/// The payload of a frame: items one after the other, each with a 4-byte little-endian length.
public enum ItemBatch {
    public static func encoded(_ items: [[UInt8]]) -> [UInt8] {
        var writer = ByteWriter(reserving: items.reduce(0) { $0 + $1.count + 4 })
        for item in items { writer.blob(item) }
        return writer.bytes
    }

    /// The items as slices of the frame. Throws where a length does not fit; the items before it are lost with it,
    /// because a frame is checksummed and so was written that way.
    public static func items(of frame: [UInt8]) throws(DecodeError) -> [ArraySlice<UInt8>] {
        var reader = ByteReader(frame)
        var items: [ArraySlice<UInt8>] = []
        while !reader.isAtEnd { items.append(try reader.blob("item \(items.count) of the frame")) }
        return items
    }
}
