/// The followers of a few accounts, one row each: packed numbers in ascending order as differences in LEB128 form, each
/// shifted up by a bit that says whether the edge's version follows (8 bytes, little-endian).
///
/// Every 512 edges of a row a checkpoint notes value and place, so that a seek decodes at most that many. Immutable
/// but for `append`, which builds it row by row. At most 4 GiB.
struct PackedRows: Sendable {
    private struct Checkpoint {
        /// Where the next edge starts.
        var offset: UInt32
        /// The last edge before it.
        var value: UInt64
    }

    private static let checkpointEdges = 512

    private(set) var count = 0
    private var bytes: [UInt8] = []
    private var rowEnds: [UInt32] = []
    private var checkpoints: [Checkpoint] = []
    private var lastValue: UInt64 = 0
    private var edgesInRow = 0

    init(reservingBytes: Int = 0) { bytes.reserveCapacity(reservingBytes) }

    var byteCount: Int { bytes.count }
    var heldBytes: Int {
        bytes.capacity + rowEnds.capacity * 4 + checkpoints.capacity * MemoryLayout<Checkpoint>.stride
    }

    /// Adds an edge to the row that is being built; its follower is above those before it. Version 0 is none.
    mutating func append(_ follower: UInt64, version: UInt64) {
        if edgesInRow > 0 && edgesInRow % Self.checkpointEdges == 0 {
            checkpoints.append(Checkpoint(offset: UInt32(bytes.count), value: lastValue))
        }
        var difference = (follower - lastValue) << 1 | (version == 0 ? 0 : 1)
        while difference >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: difference) | 0x80)
            difference >>= 7
        }
        bytes.append(UInt8(difference))
        if version != 0 {
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: version >> UInt64(8 * shift))) }
        }
        lastValue = follower
        edgesInRow += 1
        count += 1
    }

    mutating func endRow() {
        rowEnds.append(UInt32(bytes.count))
        lastValue = 0
        edgesInRow = 0
    }

    /// Gives back what was reserved and not used.
    mutating func trim() {
        guard bytes.capacity - bytes.count > bytes.count / 8 else { return }
        bytes = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, initialized in
            initialized = buffer.initialize(fromContentsOf: bytes)
        }
    }

    /// Stands before the first edge of the row that is not below `lower`.
    func reader(row: Int, from lower: UInt64) -> RowReader {
        guard row < rowEnds.count else { return RowReader(position: 0, end: 0, value: 0) }
        let start = row == 0 ? 0 : Int(rowEnds[row - 1])
        var reader = RowReader(position: start, end: Int(rowEnds[row]), value: 0)
        if let checkpoint = lastCheckpoint(after: start, upTo: reader.end, below: lower) {
            reader.position = Int(checkpoint.offset)
            reader.value = checkpoint.value
        }
        return reader
    }

    /// The next edge of a row, its version 0 where it is not kept any more; nil at the row's end.
    @inline(__always)
    func next(_ reader: inout RowReader) -> (follower: UInt64, version: UInt64)? {
        guard reader.position < reader.end else { return nil }
        return bytes.withUnsafeBytes { bytes in
            var difference = UInt64(bytes[reader.position])
            reader.position += 1
            if difference >= 0x80 {
                difference &= 0x7F
                var shift: UInt64 = 7
                while true {
                    let byte = UInt64(bytes[reader.position])
                    reader.position += 1
                    difference |= (byte & 0x7F) << shift
                    if byte < 0x80 { break }
                    shift += 7
                }
            }
            reader.value += difference >> 1
            guard difference & 1 == 1 else { return (reader.value, 0) }
            defer { reader.position += 8 }
            let version = bytes.loadUnaligned(fromByteOffset: reader.position, as: UInt64.self)
            return (reader.value, UInt64(littleEndian: version))
        }
    }

    /// The version of an edge, 0 where it is not kept any more; nil where there is no such edge.
    func version(row: Int, follower: UInt64) -> UInt64? {
        var reader = reader(row: row, from: follower)
        while let edge = next(&reader), edge.follower <= follower {
            if edge.follower == follower { return edge.version }
        }
        return nil
    }

    /// The last checkpoint within a row whose edges before it are all below `lower`.
    private func lastCheckpoint(after start: Int, upTo end: Int, below lower: UInt64) -> Checkpoint? {
        var low = 0
        var high = checkpoints.count
        while low < high {
            let middle = (low + high) / 2
            let checkpoint = checkpoints[middle]
            let isBefore = Int(checkpoint.offset) <= start || Int(checkpoint.offset) < end && checkpoint.value < lower
            if isBefore { low = middle + 1 } else { high = middle }
        }
        guard low > 0, Int(checkpoints[low - 1].offset) > start else { return nil }
        return checkpoints[low - 1]
    }
}

/// A reading position in one row.
struct RowReader {
    var position: Int
    let end: Int
    var value: UInt64
}
