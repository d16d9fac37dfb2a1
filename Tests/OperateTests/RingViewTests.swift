import HashRing
import Settings
import Testing

@testable import Operate

@Suite struct RingViewTests {
    private typealias Node = QueueMembership.Node

    @Test func everyPartitionIsShownOnceAndSharesAddUp() {
        let membership = QueueMembership(nodes: [
            Node(name: "q1"), Node(name: "q2", weight: 2), Node(name: "q3", state: .draining),
        ])
        let rows = RingView(membership: membership, partitions: .default).rows
        #expect(rows.flatMap(\.partitions).sorted() == Array(0..<32))
        #expect(abs(rows.map(\.share).reduce(0, +) - 1) < 0.001)
        #expect(rows[2].partitions.isEmpty)
    }

    @Test func movesAreToldByWayAndRange() {
        let before = QueueMembership(nodes: [Node(name: "q1")])
        let after = QueueMembership(nodes: [Node(name: "q2")])
        let text = RingView.text(
            of: before.ring.moves(to: after.ring, partitions: .default), partitions: .default)
        #expect(text.contains("32 of 32 partitions (100 %)"))
        #expect(text.contains("q1 -> q2: 0-31"))
        #expect(RingView.text(of: [], partitions: .default).contains("No partition"))
        #expect(RingView.ranges([0, 1, 2, 5, 7, 8]) == "0-2 5 7-8")
        #expect(RingView.ranges([]) == "-")
    }

    @Test(arguments: [
        ("q4", Node(name: "q4")), ("q4:3", Node(name: "q4", weight: 3)),
        ("q4=tcp:host:99", Node(name: "q4", address: "tcp:host:99")),
        ("q4:2=unix:/a=b", Node(name: "q4", address: "unix:/a=b", weight: 2)),
    ])
    func aNodeOnACommandLine(_ text: String, _ expected: QueueMembership.Node) throws {
        #expect(try NodeArgument(text).node == expected)
    }

    @Test(arguments: ["", "Q4", "q4:0", "q4:101", "q4:x", "q4:1:2", "q4=host:99", "=unix:/a"])
    func whatIsNoNodeIsWrongUsage(_ text: String) {
        let error = #expect(throws: OperateError.self) { try NodeArgument(text) }
        #expect(error?.status == .usage)
    }

    @Test(arguments: ["q4", "q4=unix:/a:b", "q4:2=unix:/a", "q4:0", ":2"])
    func aWeightIsNeverGuessed(_ text: String) throws {
        let error = #expect(throws: OperateError.self) { try NodeArgument.weighted(text) }
        #expect(error?.status == .usage)
        #expect(try NodeArgument.weighted("q4:7") == ("q4", 7))
    }

    @Test func aStageThatNoStepHasIsWrongUsage() {
        #expect(DeadLetterStage(argument: "spread-bulk")?.rawValue == "spread-bulk")
        #expect(DeadLetterStage(argument: "spraed") == nil)
    }

    @Test func changesThatMakeNoSenseAreRefused() throws {
        var membership = QueueMembership(nodes: [Node(name: "q1"), Node(name: "q2")])
        try MembershipChange.drain("q1").apply(to: &membership)
        for change in [
            MembershipChange.drain("q2"), .remove("q2"), .add(Node(name: "q2")), .setWeight("q9", 2), .drain("q9"),
        ] {
            var copy = membership
            #expect(throws: OperateError.self) { try change.apply(to: &copy) }
        }
    }
}
