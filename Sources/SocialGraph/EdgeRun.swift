internal import StatuscastModel

/// Many follows on their way into blocks: collected in any order, then given out block by block.
struct EdgeRun: Sendable {
    private static let versionBits: UInt64 = 16

    private var versions: [UInt64] = []
    /// For each edge its block: the partition above 19 bits of its place.
    private var blocks: [UInt32] = []
    /// For each edge its key in the block, above the place of its version.
    private var edges: [UInt64] = []

    var isEmpty: Bool { edges.isEmpty }
    /// Whether no event more has room.
    var isFull: Bool { versions.count == 1 << Self.versionBits }

    /// From here on edges come with this version.
    mutating func begin(_ version: EventID) { versions.append(version.rawValue) }

    mutating func append(followee: UInt64, follower: UInt64) {
        let (index, row) = AccountNumbers.number(of: followee).quotientAndRemainder(dividingBy: FollowerBlock.rows)
        blocks.append(UInt32(AccountNumbers.partition(of: followee) << 19 | index))
        edges.append(FollowerChange.key(row, follower) << Self.versionBits | UInt64(versions.count - 1))
    }

    /// Calls `body` with each block that has edges and what changes in it, ascending, each edge once with its highest
    /// version. `counts`: blocks by partition.
    func forEachBlock(
        counts: [Int], _ body: (_ partition: Int, _ index: Int, _ changes: [FollowerChange]) -> Void
    ) {
        var firstBuckets: [Int] = []
        var total = 0
        for count in counts {
            firstBuckets.append(total)
            total += count
        }
        var (sorted, ends) = sortedByBlock(firstBuckets, total)
        var changes: [FollowerChange] = []
        var start = 0
        for (partition, count) in counts.enumerated() {
            for index in 0..<count {
                let end = ends[firstBuckets[partition] + index]
                guard end > start else { continue }
                sorted[start..<end].sort()
                gather(sorted[start..<end], into: &changes)
                body(partition, index, changes)
                start = end
            }
        }
    }

    /// The edges by block, and where each block's end.
    private func sortedByBlock(_ firstBuckets: [Int], _ total: Int) -> (edges: [UInt64], ends: [Int]) {
        func bucket(_ block: UInt32) -> Int { firstBuckets[Int(block >> 19)] + Int(block & (1 << 19 - 1)) }
        var places = [Int](repeating: 0, count: total)
        for block in blocks { places[bucket(block)] += 1 }
        var sum = 0
        for bucket in places.indices { (places[bucket], sum) = (sum, sum + places[bucket]) }
        var sorted = [UInt64](repeating: 0, count: edges.count)
        for (edge, block) in blocks.enumerated() {
            sorted[places[bucket(block)]] = edges[edge]
            places[bucket(block)] += 1
        }
        return (sorted, places)
    }

    private func gather(_ sorted: ArraySlice<UInt64>, into changes: inout [FollowerChange]) {
        changes.removeAll(keepingCapacity: true)
        for edge in sorted {
            let version = versions[Int(edge & (1 << Self.versionBits - 1))]
            let change = FollowerChange(key: edge >> Self.versionBits, state: version << 1 | 1)
            if let last = changes.last, last.key == change.key {
                changes[changes.count - 1].state = max(last.state, change.state)
            } else {
                changes.append(change)
            }
        }
    }
}
