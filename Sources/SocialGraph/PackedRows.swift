/// The followers of a few accounts, one row each: packed numbers in ascending order as differences in LEB128 form, each
/// shifted up by a bit that says whether the edge's version is remembered; if so its place among `versions` follows in
/// LEB128 form. Edges that came with one event share a place.
///
/// Every 128 edges of a row a checkpoint notes value and place, so that a seek decodes at most that many. Immutable
/// but for `append`, which builds it row by row. At most 4 GiB.
struct PackedRows: Sendable {
    private struct Checkpoint {
        /// Where the next edge starts.
        var offset: UInt32
        /// The last edge before it.
        var value: UInt64
    }

    private static let checkpointEdges = 128

    private(set) var count = 0
    private(set) var bytes: [UInt8] = []
    private(set) var rowEnds: [UInt32] = []
    private(set) var versions: [UInt64] = []
    private var checkpoints: [Checkpoint] = []
    private var lastValue: UInt64 = 0
    private var edgesInRow = 0
    private var recent = RecentVersions()

    init(reservingBytes: Int = 0, versions: Int = 0) {
        bytes.reserveCapacity(reservingBytes)
        self.versions.reserveCapacity(versions)
    }

    var byteCount: Int { bytes.count }
    var heldBytes: Int {
        bytes.capacity + (rowEnds.capacity + recent.heldSlots) * 4 + versions.capacity * 8
            + checkpoints.capacity * MemoryLayout<Checkpoint>.stride
    }

    /// Adds an edge to the row that is being built; its follower is above those before it. Version 0 is none.
    mutating func append(_ follower: UInt64, version: UInt64) {
        noteCheckpoint(at: bytes.count)
        appendLEB128((follower - lastValue) << 1 | (version == 0 ? 0 : 1))
        if version != 0 { appendLEB128(UInt64(recent.place(of: version, in: &versions))) }
        passed(follower)
    }

    mutating func endRow() { endRow(at: bytes.count) }

    /// Gives back what was reserved and not used.
    mutating func trim() {
        recent = RecentVersions()
        if versions.capacity - versions.count > versions.count / 8 { versions = Self.exact(versions) }
        if bytes.capacity - bytes.count > bytes.count / 8 { bytes = Self.exact(bytes) }
    }

    /// Gives `body` a reader that stands nowhere yet; it must not be kept.
    @inline(__always)
    func withReader<T>(_ body: (RowReader) -> T) -> T {
        bytes.withUnsafeBytes { bytes in
            versions.withUnsafeBufferPointer { body(RowReader(bytes: bytes, versions: $0)) }
        }
    }

    /// A place of the row from which on no edge is missed that is not below `lower`.
    func place(row: Int, before lower: UInt64) -> RowPlace {
        guard row < rowEnds.count else { return RowPlace(position: 0, end: 0, value: 0) }
        let start = row == 0 ? 0 : Int(rowEnds[row - 1])
        let end = Int(rowEnds[row])
        guard let checkpoint = lastCheckpoint(after: start, upTo: end, below: lower) else {
            return RowPlace(position: start, end: end, value: 0)
        }
        return RowPlace(position: Int(checkpoint.offset), end: end, value: checkpoint.value)
    }

    /// The version of an edge, 0 where it is not kept any more; nil where there is no such edge.
    func version(row: Int, follower: UInt64) -> UInt64? {
        withReader { reader in
            var lookup = RowLookup(reader)
            return lookup.version(row: row, follower: follower, in: self)
        }
    }

    private mutating func appendLEB128(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    private mutating func noteCheckpoint(at offset: Int) {
        guard edgesInRow > 0 && edgesInRow % Self.checkpointEdges == 0 else { return }
        checkpoints.append(Checkpoint(offset: UInt32(offset), value: lastValue))
    }

    private mutating func passed(_ follower: UInt64) {
        lastValue = follower
        edgesInRow += 1
        count += 1
    }

    private mutating func endRow(at offset: Int) {
        rowEnds.append(UInt32(offset))
        lastValue = 0
        edgesInRow = 0
    }

    private static func exact<T>(_ array: [T]) -> [T] {
        [T](unsafeUninitializedCapacity: array.count) { buffer, initialized in
            initialized = buffer.initialize(fromContentsOf: array)
        }
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

extension PackedRows {
    /// Rows from bytes that were rows before. Nil where they cannot have been: every edge is looked at, so that no
    /// reader needs to doubt them.
    init?(
        bytes: [UInt8], rowEnds: [UInt32], versions: [UInt64], isFollower: (UInt64) -> Bool
    ) {
        self.init()
        guard bytes.count < 1 << 32 else { return nil }
        var checked = CheckedRow()
        for end in rowEnds {
            guard Int(end) >= checked.position, Int(end) <= bytes.count else { return nil }
            while checked.position < Int(end) {
                noteCheckpoint(at: checked.position)
                guard let difference = checked.leb128(bytes, before: Int(end)),
                    edgesInRow == 0 || difference >> 1 > 0,
                    case let follower = lastValue &+ difference >> 1, follower >= lastValue, isFollower(follower)
                else { return nil }
                if difference & 1 == 1 {
                    guard let place = checked.leb128(bytes, before: Int(end)), place < versions.count else {
                        return nil
                    }
                }
                passed(follower)
            }
            endRow(at: Int(end))
        }
        guard checked.position == bytes.count else { return nil }
        self.bytes = bytes
        self.versions = versions
    }
}

/// A reading position in bytes that may be anything.
private struct CheckedRow {
    var position = 0

    mutating func leb128(_ bytes: [UInt8], before end: Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift < 63 {
            let byte = UInt64(bytes[position])
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}

/// Finds the place of a version that was used not long ago, so that what came with one event is stored once. A miss
/// stores it again, which is no harm.
private struct RecentVersions {
    private static let size = 1024
    private var slots: [UInt32] = []

    var heldSlots: Int { slots.capacity }

    mutating func place(of version: UInt64, in versions: inout [UInt64]) -> Int {
        if let last = versions.last, last == version { return versions.count - 1 }
        if slots.isEmpty { slots = Array(repeating: 0, count: Self.size) }
        let slot = Int(truncatingIfNeeded: (version &* 0x9E37_79B9_7F4A_7C15) >> 40) & (Self.size - 1)
        let place = Int(slots[slot])
        if place < versions.count, versions[place] == version { return place }
        slots[slot] = UInt32(versions.count)
        versions.append(version)
        return versions.count - 1
    }
}
