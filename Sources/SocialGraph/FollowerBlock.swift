/// The followers of 128 accounts: packed rows, and a sorted overlay of recent changes that is folded into them.
///
/// The overlay is searched by halves and merged with a row while it is read. It holds 16 bytes a change and is folded
/// when more than a 32nd of the rows' edges (within 256 to 8,192) has been added to it.
struct FollowerBlock: Sendable {
    static let rows = 128

    private struct Change {
        /// The row above 40 bits of the follower's packed number.
        var key: UInt64
        /// The version above one bit: whether the follower follows.
        var state: UInt64

        var follower: UInt64 { key & (1 << 40 - 1) }
        var version: UInt64 { state >> 1 }
        var following: Bool { state & 1 == 1 }
    }

    private var base = PackedRows()
    private var changes: [Change] = []
    private var foldAtChanges = 256

    var heldBytes: Int { base.heldBytes + changes.capacity * MemoryLayout<Change>.stride }
    var needsFolding: Bool { changes.count >= foldAtChanges }

    /// Applies one change if no higher version is known. Answers by how much the number of edges grew: -1, 0 or 1.
    /// `isNew`: the caller knows that no row has the edge.
    mutating func apply(row: Int, follower: UInt64, version: UInt64, following: Bool, isNew: Bool = false) -> Int {
        let change = Change(key: UInt64(row) << 40 | follower, state: version << 1 | (following ? 1 : 0))
        let index = firstChange(from: change.key)
        if index < changes.count, changes[index].key == change.key {
            let old = changes[index]
            guard version > old.version else { return 0 }
            changes[index] = change
            return (following ? 1 : 0) - (old.following ? 1 : 0)
        }
        let known = isNew ? nil : base.version(row: row, follower: follower)
        if let known, known >= version { return 0 }
        changes.insert(change, at: index)
        return (following ? 1 : 0) - (known == nil ? 0 : 1)
    }

    /// Calls `body` with the packed number of each follower of a row within a range, ascending, until it answers false.
    @inline(__always)
    func visit(row: Int, in range: Range<UInt64>, _ body: (UInt64) -> Bool) {
        merge(row: row, in: range) { follower, _, following in following ? body(follower) : true }
    }

    /// Moves the overlay into the rows, but for removed edges, which only the overlay remembers. Versions below the
    /// horizon are forgotten; with 0 none is.
    mutating func fold(forgettingBelow horizon: UInt64) {
        var folded = PackedRows(reservingBytes: base.byteCount)
        var removed: [Change] = []
        for row in 0..<Self.rows {
            merge(row: row, in: 0..<1 << 40) { follower, version, following in
                if following {
                    folded.append(follower, version: version < horizon ? 0 : version)
                } else if version >= horizon {
                    removed.append(Change(key: UInt64(row) << 40 | follower, state: version << 1))
                }
                return true
            }
            folded.endRow()
        }
        folded.trim()
        base = folded
        changes = removed
        foldAtChanges = removed.count + min(8192, max(256, base.count / 32))
    }

    /// Every edge of a row within a range that rows or overlay know, ascending, until `body` answers false.
    @inline(__always)
    private func merge(row: Int, in range: Range<UInt64>, _ body: (UInt64, _ version: UInt64, Bool) -> Bool) {
        var change = firstChange(from: UInt64(row) << 40 | range.lowerBound)
        let changesEnd = changes.isEmpty ? 0 : firstChange(from: UInt64(row) << 40 + range.upperBound)
        var reader = base.reader(row: row, from: range.lowerBound)
        var edge = base.next(&reader)
        while let known = edge, known.follower < range.lowerBound { edge = base.next(&reader) }
        while true {
            let changed = change < changesEnd ? changes[change].follower : .max
            let inRow = edge.map { $0.follower < range.upperBound ? $0.follower : .max } ?? .max
            if inRow < changed {
                guard body(inRow, edge?.version ?? 0, true) else { return }
                edge = base.next(&reader)
            } else if changed < .max {
                guard body(changed, changes[change].version, changes[change].following) else { return }
                if inRow == changed { edge = base.next(&reader) }
                change += 1
            } else {
                return
            }
        }
    }

    /// Where the first change with at least this key stands.
    private func firstChange(from key: UInt64) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
