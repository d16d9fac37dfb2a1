/// The followers of 128 accounts: packed rows, and a sorted overlay of recent changes that is folded into them.
///
/// The overlay is searched by halves and merged with a row while it is read. It holds 16 bytes a change and is folded
/// when more than a 32nd of the rows' edges (within 256 to 8,192) has been added to it; while versions are not
/// forgotten, so while much comes at once, more than an eighth.
struct FollowerBlock: Sendable {
    static let rows = 128
    /// Runs of fewer followers are applied one by one.
    private static let shortRun = 8

    private(set) var base: PackedRows
    private(set) var changes: [FollowerChange]
    private var foldAtChanges = 256

    init() {
        base = PackedRows()
        changes = []
    }

    /// What was there before; nil unless the changes ascend and name rows and followers that there are.
    init?(base: PackedRows, changes: [FollowerChange], isFollower: (UInt64) -> Bool) {
        guard zip(changes, changes.dropFirst()).allSatisfy({ $0.key < $1.key }),
            changes.allSatisfy({ $0.row < Self.rows && isFollower($0.follower) }), base.rowEnds.count <= Self.rows
        else { return nil }
        self.base = base
        self.changes = changes
        foldAtChanges = changes.count + 256
    }

    var heldBytes: Int { base.heldBytes + changes.capacity * MemoryLayout<FollowerChange>.stride }
    var needsFolding: Bool { changes.count >= foldAtChanges }

    /// Whether a fold would forget anything, or the overlay is larger than it should be once nothing hurries.
    func isWorthFolding(forgettingBelow horizon: UInt64) -> Bool {
        changes.count > Self.overlay(edges: base.count, share: 32) || changes.contains { $0.version < horizon }
            || base.versions.contains { $0 < horizon }
    }

    private static func overlay(edges: Int, share: Int) -> Int { min(8192, max(256, edges / share)) }

    /// Applies one change if no higher version is known. Answers by how much the number of edges grew: -1, 0 or 1.
    mutating func apply(row: Int, follower: UInt64, version: UInt64, following: Bool) -> Int {
        let change = FollowerChange(row: row, follower: follower, version: version, following: following)
        let index = firstChange(from: change.key)
        if index < changes.count, changes[index].key == change.key {
            let old = changes[index]
            guard version > old.version else { return 0 }
            changes[index] = change
            return (following ? 1 : 0) - (old.following ? 1 : 0)
        }
        let known = base.version(row: row, follower: follower)
        if let known, known >= version { return 0 }
        changes.insert(change, at: index)
        return (following ? 1 : 0) - (known == nil ? 0 : 1)
    }

    /// Applies many follows, as `apply` does each. They ascend strictly.
    mutating func follow(_ run: [FollowerChange]) -> Int {
        guard run.count >= Self.shortRun else {
            return run.reduce(0) {
                $0 + apply(row: $1.row, follower: $1.follower, version: $1.version, following: true)
            }
        }
        let range = firstChange(from: run[0].key)..<firstChange(from: run[run.count - 1].key + 1)
        let (merged, growth) = base.withReader { merging(run, with: changes[range], $0) }
        changes.replaceSubrange(range, with: merged)
        return growth
    }

    private func merging(
        _ run: [FollowerChange], with changes: ArraySlice<FollowerChange>, _ reader: RowReader
    ) -> (changes: [FollowerChange], growth: Int) {
        var merged: [FollowerChange] = []
        merged.reserveCapacity(changes.count + run.count)
        var old = changes.startIndex
        var growth = 0
        var lookup = RowLookup(reader)
        for change in run {
            while old < changes.endIndex, changes[old].key < change.key {
                merged.append(changes[old])
                old += 1
            }
            if old < changes.endIndex, changes[old].key == change.key {
                let isNewer = change.version > changes[old].version
                if isNewer, !changes[old].following { growth += 1 }
                merged.append(isNewer ? change : changes[old])
                old += 1
                continue
            }
            let known = lookup.version(row: change.row, follower: change.follower, in: base)
            if let known, known >= change.version { continue }
            merged.append(change)
            growth += known == nil ? 1 : 0
        }
        merged += changes[old...]
        return (merged, growth)
    }

    /// Calls `body` with the packed number of each follower of a row within a range, ascending, until it answers false.
    @inline(__always)
    func visit(row: Int, in range: Range<UInt64>, _ body: (UInt64) -> Bool) {
        merge(row: row, in: range) { follower, _, following in following ? body(follower) : true }
    }

    /// Moves the overlay into the rows, but for removed edges, which only the overlay remembers. Versions below the
    /// horizon are forgotten; with 0 none is.
    mutating func fold(forgettingBelow horizon: UInt64) {
        var folded = PackedRows(
            reservingBytes: base.byteCount + base.byteCount / 16 + changes.count * 5, versions: base.versions.count)
        var removed: [FollowerChange] = []
        for row in 0..<Self.rows {
            merge(row: row, in: 0..<1 << FollowerChange.followerBits) { follower, version, following in
                if following {
                    folded.append(follower, version: version < horizon ? 0 : version)
                } else if version >= horizon {
                    removed.append(FollowerChange(row: row, follower: follower, version: version, following: false))
                }
                return true
            }
            folded.endRow()
        }
        folded.trim()
        base = folded
        changes = removed
        foldAtChanges = removed.count + Self.overlay(edges: base.count, share: horizon == 0 ? 8 : 32)
    }

    /// Every edge of a row within a range that rows or overlay know, ascending, until `body` answers false.
    @inline(__always)
    private func merge(row: Int, in range: Range<UInt64>, _ body: (UInt64, _ version: UInt64, Bool) -> Bool) {
        let first = firstChange(from: FollowerChange.key(row, range.lowerBound))
        let end = changes.isEmpty ? 0 : firstChange(from: FollowerChange.key(row, 0) + range.upperBound)
        base.withReader { reader in
            var reader = reader
            reader.move(to: base.place(row: row, before: range.lowerBound))
            while reader.next(), reader.follower < range.lowerBound {}
            for change in changes[first..<end] {
                while reader.follower < change.follower {
                    guard body(reader.follower, reader.version, true) else { return }
                    _ = reader.next()
                }
                guard body(change.follower, change.version, change.following) else { return }
                if reader.follower == change.follower { _ = reader.next() }
            }
            while reader.follower < range.upperBound {
                guard body(reader.follower, reader.version, true) else { return }
                _ = reader.next()
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
