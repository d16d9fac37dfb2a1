/// Consistent hashing: which nodes a partition prefers, in which order.
///
/// Every node stands at `virtualNodes × weight` points of a circle of 2^64 positions; a partition prefers the nodes in
/// the order in which they are met going up from its own position. Adding or removing a node therefore moves only
/// partitions to or from that node. The result depends on names, weights and `virtualNodes` only: it is the same in
/// every process, on every machine and in every release, and does not depend on the order of `nodes`.
public struct Ring: Hashable, Sendable {
    private struct Point: Hashable, Sendable {
        var position: UInt64
        var node: Int
    }

    /// Names, sorted, without repetitions; a node of weight 0 is among them but owns nothing.
    public let nodes: [String]
    /// Sorted by position, ties by name.
    private let points: [Point]

    /// Of nodes with the same name the first counts; a negative weight counts as 0.
    public init(nodes: [(name: String, weight: Int)], virtualNodes: Int = 128) {
        var weights: [String: Int] = [:]
        for node in nodes where weights[node.name] == nil { weights[node.name] = max(0, node.weight) }
        let names = weights.keys.sorted()
        var points: [Point] = []
        for (index, name) in names.enumerated() {
            for replica in 0..<(weights[name] ?? 0) * virtualNodes {
                points.append(Point(position: StableHash.hash("\(name)#\(replica)"), node: index))
            }
        }
        self.nodes = names
        self.points = points.sorted { ($0.position, $0.node) < ($1.position, $1.node) }
    }

    /// Every node that has weight, once, the most preferred first; empty for an empty ring.
    public func preference(of partition: PartitionIndex) -> [String] {
        var order: [String] = []
        var seen = Set<Int>()
        let start = firstPoint(from: partition.ringPosition)
        for step in points.indices {
            let node = points[(start + step) % points.count].node
            guard seen.insert(node).inserted else { continue }
            order.append(nodes[node])
            if order.count == nodes.count { break }
        }
        return order
    }

    /// The most preferred node, nil for an empty ring.
    public func owner(of partition: PartitionIndex) -> String? {
        points.isEmpty ? nil : nodes[points[firstPoint(from: partition.ringPosition)].node]
    }

    /// Index of the first point at or above a position, wrapping to the first of all.
    private func firstPoint(from position: UInt64) -> Int {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low == points.count ? 0 : low
    }
}

extension PartitionIndex {
    /// Where the partition stands on the circle: its bits reversed, so that any power of two of partitions stands at
    /// even distances, and doubling their number leaves each where it was.
    fileprivate var ringPosition: UInt64 {
        var value = rawValue
        var reversed: UInt16 = 0
        for _ in 0..<16 {
            reversed = reversed << 1 | value & 1
            value >>= 1
        }
        return UInt64(reversed) << 48
    }
}
