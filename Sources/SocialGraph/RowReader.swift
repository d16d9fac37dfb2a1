/// Passes through the edges of packed rows. Valid only within `PackedRows.withReader`, whose bytes it points to; what
/// `append` wrote or `init` has checked ends within the row.
struct RowReader {
    private let bytes: UnsafeRawBufferPointer
    private let versions: UnsafeBufferPointer<UInt64>
    private(set) var position = 0
    private var end = 0
    /// The edge it stands at, `.max` behind the last one.
    private(set) var follower: UInt64 = .max
    /// 0 where it is not remembered any more.
    private(set) var version: UInt64 = 0
    private var value: UInt64 = 0

    init(bytes: UnsafeRawBufferPointer, versions: UnsafeBufferPointer<UInt64>) {
        self.bytes = bytes
        self.versions = versions
    }

    mutating func move(to place: RowPlace) {
        position = place.position
        end = place.end
        value = place.value
    }

    /// Goes on to the next edge; false at the row's end.
    @inline(__always)
    mutating func next() -> Bool {
        guard position < end else {
            follower = .max
            return false
        }
        let difference = leb128()
        value &+= difference &>> 1
        follower = value
        version = difference & 1 == 1 ? versions[Int(leb128())] : 0
        return true
    }

    @inline(__always)
    private mutating func leb128() -> UInt64 {
        var value = UInt64(bytes[position])
        position &+= 1
        guard value >= 0x80 else { return value }
        value &= 0x7F
        var shift: UInt64 = 7
        while true {
            let byte = UInt64(bytes[position])
            position &+= 1
            value |= (byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
    }
}

/// Where reading a row starts: before an edge, and what the edge before it was.
struct RowPlace {
    var position: Int
    var end: Int
    var value: UInt64
}

/// Looks ascending edges up in packed rows: passes on within a row where the next one is near, and seeks where not.
struct RowLookup {
    /// Edges that are passed before a seek is tried.
    private static let nearEdges = 24

    private var row = -1
    private var reader: RowReader

    init(_ reader: RowReader) { self.reader = reader }

    /// The version of an edge, 0 where it is not remembered any more; nil where there is no such edge. Each edge is
    /// above the one before.
    mutating func version(row: Int, follower: UInt64, in rows: PackedRows) -> UInt64? {
        if row != self.row { seek(row, follower, rows) }
        pass(follower, edges: Self.nearEdges)
        if reader.follower < follower {
            seek(row, follower, rows)
            pass(follower, edges: .max)
        }
        return reader.follower == follower ? reader.version : nil
    }

    /// As far as the first edge that is not below a follower, at most so many edges.
    private mutating func pass(_ follower: UInt64, edges: Int) {
        var reader = self.reader
        var left = edges
        while reader.follower < follower, left > 0 {
            _ = reader.next()
            left &-= 1
        }
        self.reader = reader
    }

    private mutating func seek(_ row: Int, _ follower: UInt64, _ rows: PackedRows) {
        let place = rows.place(row: row, before: follower)
        // A checkpoint behind what was passed already is no gain.
        if row != self.row || place.position > reader.position { reader.move(to: place) }
        self.row = row
        _ = reader.next()
    }
}
