import HashRing
import QueueConformance
import Testing

@testable import Queue

@Suite(.timeLimit(.minutes(1))) struct EvacuationTests {
    private let topic = TopicSpec(name: "kept", groups: ["reader", "keeper"])
    private let partition = PartitionIndex(rawValue: 0)

    private func evacuation(from source: LocalNode, to target: any QueueNode) -> Evacuation {
        Evacuation(from: source, topic: topic, keeper: "keeper") { _ in [target] }
    }

    /// Two nodes; everything is written to the first, which is drained then.
    private func withKept(_ body: (LocalNode, LocalNode, RingQueue) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let nodes = try await localNodes(["q1", "q2"], in: directory, topics: [topic])
            let queue = RingQueue(members: [
                RingMember(node: nodes[0]), RingMember(node: nodes[1], takesNewStreams: false),
            ])
            for number in 0..<300 { try await queue.append([frame("\(number)")], to: "kept") }
            await queue.change(to: [RingMember(node: nodes[0], takesNewStreams: false), RingMember(node: nodes[1])])
            nodes[0].setDraining(true)
            try await body(nodes[0], nodes[1], queue)
            await queue.close()
        }
    }

    private func commitAll(_ queue: RingQueue) async throws {
        let ends = try await queue.ends(of: "kept", partitions: [partition])
        try await queue.commit("kept", group: "reader", term: 7, cursors: ends)
    }

    @Test func whatAGroupKeepsForEverGoesToAnotherNodeAndNobodySeesItTwice() async throws {
        try await withKept { source, target, queue in
            let reader = try await queue.reader(of: "kept", group: "keeper")
            let before = try await reader.take(300)
            try await commitAll(queue)
            #expect(try await evacuation(from: source, to: target).pass(partitions: [partition]) == 0)
            let left = try await source.streams(of: "kept", partitions: [partition])
            #expect(left.allSatisfy { $0.first > $0.last }, "the source has nothing left")
            #expect(try await source.stats().allSatisfy { $0.depthFrames == 0 })
            // Somebody who has read it goes on behind it, somebody new reads it all.
            try await queue.append([frame("new")], to: "kept")
            #expect(try await reader.take(1).map(\.text) == ["new"])
            await queue.change(to: [RingMember(node: target)])
            let again = try await queue.reader(of: "kept", group: "keeper").take(301)
            #expect(again.map(\.text).sorted() == (before.map(\.text) + ["new"]).sorted())
            // The other groups stand at the copy where they stood at the source.
            #expect(try await target.stats().first { $0.group == "reader" }?.depthFrames == 1)
        }
    }

    @Test func aStreamStaysUntilAllOtherGroupsAreThroughWithIt() async throws {
        try await withKept { source, target, queue in
            #expect(try await evacuation(from: source, to: target).pass(partitions: [partition]) == 1)
            #expect(try await target.streams(of: "kept", partitions: [partition]).isEmpty)
            try await commitAll(queue)
            #expect(try await evacuation(from: source, to: target).pass(partitions: [partition]) == 0)
        }
    }

    @Test(arguments: [1, 2, UInt64.random(in: 3...99_999)])
    func aPassThatEndsAnywhereIsMadeAgain(seed: UInt64) async throws {
        try await withKept { source, target, queue in
            try await commitAll(queue)
            let faulty = FaultyNode(target, seed: seed, faults: .init(refused: 30, answersLost: 30))
            var passes = 0
            while try await source.stats().contains(where: { $0.depthFrames > 0 }), passes < 1000 {
                passes += 1
                _ = try? await evacuation(from: source, to: faulty).pass(partitions: [partition])
                // At any moment a reader of both gets everything, once.
                let frames = try await queue.reader(of: "kept", group: "keeper").take(300)
                #expect(Set(frames.map(\.number)) == Set(1...300), "seed \(seed), pass \(passes)")
            }
            #expect(passes < 1000)
        }
    }

    @Test func aNodeThatStillTakesFramesIsNotEmptied() async throws {
        try await withKept { source, target, _ in
            source.setDraining(false)
            let refusal = await #expect(throws: QueueError.self) {
                try await evacuation(from: source, to: target).pass(partitions: [partition])
            }
            #expect(refusal?.code == .invalid)
        }
    }
}
