import HashRing
import Testing

@Suite struct RingTests {
    private func ring(_ names: String..., weights: [String: Int] = [:]) -> Ring {
        Ring(nodes: names.map { ($0, weights[$0] ?? 1) })
    }

    private func share(_ ring: Ring, of name: String, among count: PartitionCount) -> Double {
        Double(count.all.count { ring.owner(of: $0) == name }) / Double(count.rawValue)
    }

    private let many = PartitionCount(rawValue: 4096) ?? .default

    @Test func ownersNeverChangeFromReleaseToRelease() {
        let ring = ring("q1", "q2", "q3")
        let owners = PartitionCount.default.all.map { ring.owner(of: $0) ?? "-" }.joined(separator: " ")
        let expected =
            "q3 q1 q2 q1 q1 q3 q1 q3 q2 q2 q2 q1 q1 q3 q2 q3 q1 q1 q2 q2 q3 q1 q2 q3 q3 q1 q1 q1 q3 q3 q3 q3"
        #expect(owners == expected)
        #expect(ring.preference(of: PartitionIndex(rawValue: 5)) == ["q3", "q1", "q2"])
    }

    @Test func orderOfTheNodesGivenDoesNotMatter() {
        #expect(ring("q1", "q2", "q3") == ring("q3", "q1", "q2"))
        #expect(Ring(nodes: [("q1", 1), ("q1", 5)]) == ring("q1"))
    }

    @Test func preferenceNamesEveryNodeOnce() {
        let ring = ring("a", "b", "c", "d", "e")
        for partition in many.all {
            let preference = ring.preference(of: partition)
            #expect(preference.count == 5 && Set(preference).count == 5)
            #expect(preference.first == ring.owner(of: partition))
        }
    }

    @Test func loadIsBalancedWithinAThird() {
        let names = (1...8).map { "node-\($0)" }
        let ring = Ring(nodes: names.map { ($0, 1) })
        for name in names {
            let share = share(ring, of: name, among: many)
            #expect(share > 0.67 / 8 && share < 1.33 / 8, "\(name) has \(share)")
        }
    }

    @Test func everyNodeHasPartitionsOfASmallCluster() {
        let ring = ring("q1", "q2", "q3")
        for name in ring.nodes {
            let count = PartitionCount.default.all.count { ring.owner(of: $0) == name }
            #expect((5...17).contains(count), "\(name) has \(count) of 32")
        }
    }

    @Test func aNewNodeOnlyTakes() {
        let before = ring("a", "b", "c")
        let after = ring("a", "b", "c", "d")
        let moves = before.moves(to: after, partitions: many)
        #expect(moves.allSatisfy { $0.to == "d" })
        #expect(moves.count > many.rawValue / 6 && moves.count < many.rawValue / 3)
        #expect(before.moves(to: before, partitions: many).isEmpty)
    }

    @Test func aRemovedNodeOnlyGivesAndTheOthersKeepTheirOrder() {
        let before = ring("a", "b", "c", "d")
        let after = ring("a", "b", "c")
        #expect(before.moves(to: after, partitions: many).allSatisfy { $0.from == "d" })
        for partition in many.all {
            #expect(before.preference(of: partition).filter { $0 != "d" } == after.preference(of: partition))
        }
    }

    @Test func weightScalesTheShare() {
        let ring = ring("small", "big", "none", weights: ["big": 3, "none": 0])
        let share = share(ring, of: "big", among: many)
        #expect(share > 0.68 && share < 0.82, "big has \(share)")
        #expect(ring.preference(of: PartitionIndex(rawValue: 0)).count == 2)
    }

    @Test func anEmptyRingOwnsNothing() {
        let empty = Ring(nodes: [])
        #expect(empty.owner(of: PartitionIndex(rawValue: 1)) == nil)
        #expect(empty.preference(of: PartitionIndex(rawValue: 1)).isEmpty)
        let move = empty.moves(to: ring("a"), partitions: .default).first
        #expect(move == RingMove(partition: PartitionIndex(rawValue: 0), from: nil, to: "a"))
    }
}
