internal import HashRing
internal import Settings

/// Who owns what.
struct RingView: Sendable {
    struct Row: Encodable, Sendable {
        var node: String
        var address: String?
        var weight: Int
        var state: String
        /// Of all partitions, 0 to 1.
        var share: Double
        var partitions: [Int]
    }

    struct Move: Encodable, Sendable {
        var partition: Int
        var from: String?
        var to: String?

        init(_ move: RingMove) {
            partition = Int(move.partition.rawValue)
            from = move.from
            to = move.to
        }
    }

    let rows: [Row]

    init(membership: QueueMembership, partitions: PartitionCount) {
        let ring = membership.ring
        let owned = Dictionary(grouping: partitions.all) { ring.owner(of: $0) ?? "" }
        rows = membership.nodes.map { node in
            let own = owned[node.name] ?? []
            return Row(
                node: node.name, address: node.address, weight: node.weight, state: node.state.rawValue,
                share: Double(own.count) / Double(partitions.rawValue), partitions: own.map { Int($0.rawValue) })
        }
    }

    var table: String {
        var table = Table([
            .left("NODE"), .right("WEIGHT"), .left("STATE"), .right("SHARE"), .left("PARTITIONS"),
        ])
        for row in rows {
            table.add([
                row.node, "\(row.weight)", row.state, Self.percent(row.share), Self.ranges(row.partitions),
            ])
        }
        return table.rendered()
    }

    /// What a change moves, for people.
    static func text(of moves: [RingMove], partitions: PartitionCount) -> String {
        guard !moves.isEmpty else { return "No partition would move." }
        let share = percent(Double(moves.count) / Double(partitions.rawValue))
        var lines = ["\(moves.count) of \(partitions) partitions (\(share)) would move:"]
        let ways = Dictionary(grouping: moves) { "\($0.from ?? "nobody") -> \($0.to ?? "nobody")" }
        for (way, moves) in ways.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(way): \(ranges(moves.map { Int($0.partition.rawValue) }))")
        }
        return lines.joined(separator: "\n")
    }

    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    /// `0-3 7 9-10`; the numbers ascend.
    static func ranges(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.isEmpty
            ? "-"
            : ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
                .joined(separator: " ")
    }
}
