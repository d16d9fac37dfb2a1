import Foundation
import HashRing
import Queue
import QueueConformance
import SegmentLog
import Testing

@Suite(.timeLimit(.minutes(1))) struct RingQueueTests {
    private let partitions: [UInt16] = Array(0..<8)

    private func write(_ range: Range<Int>, to queue: some Queue) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in range {
                group.addTask { try await queue.append([frame("\(index)", in: UInt16(index % 8))], to: "letters") }
            }
            try await group.waitForAll()
        }
    }

    private func readAll(_ queue: some Queue, count: Int) async throws -> Set<String> {
        let reader = try await queue.reader(of: "letters", partitions: partitions)
        let frames = try await reader.take(count)
        await reader.close()
        return Set(frames.map(\.text))
    }

    @Test func aRestartKeepsEverything() async throws {
        try await withTemporaryDirectory { directory in
            let first = try await ringQueue(["q1"], in: directory)
            try await write(0..<100, to: first)
            await first.close()
            let second = try await ringQueue(["q1"], in: directory)
            try await write(100..<150, to: second)
            #expect(try await readAll(second, count: 150) == Set((0..<150).map(String.init)))
            await second.close()
        }
    }

    @Test func aNodeThatIsClosedDoesNotPassForAClosedQueue() async throws {
        try await withTemporaryDirectory { directory in
            let nodes = try await localNodes(["q1", "q2"], in: directory)
            let queue = RingQueue(nodes: nodes.map { ($0, 1) })
            let indices = partitions.map { PartitionIndex(rawValue: $0) }
            await nodes[0].close()
            let seen = await #expect(throws: QueueError.self) {
                try await queue.ends(of: "letters", partitions: indices)
            }
            #expect(seen?.code == .temporary)
            await nodes[1].close()
            let all = await #expect(throws: QueueError.self) {
                try await queue.commit("letters", group: "reader", term: 1, cursors: [indices[0]: Cursor()])
            }
            #expect(all?.code == .temporary)
            await queue.close()
        }
    }

    @Test func whatACrashLeavesHoldsEverythingAcknowledged() async throws {
        try await withTemporaryDirectory { directory in
            let crashed = try await ringQueue(["q1"], in: directory + "/live")
            try await write(0..<100, to: crashed)
            // A copy of the files as they are while the queue is open: what a kill at this moment leaves.
            try FileManager.default.copyItem(atPath: directory + "/live", toPath: directory + "/left")
            let recovered = try await ringQueue(["q1"], in: directory + "/left")
            #expect(try await readAll(recovered, count: 100) == Set((0..<100).map(String.init)))
            await recovered.close()
            await crashed.close()
        }
    }

    @Test func aDeadNodeAmongThreeIsWrittenAroundAndItsFramesComeWhenItReturns() async throws {
        try await withTemporaryDirectory { directory in
            let nodes = try await localNodes(["q1", "q2", "q3"], in: directory).map { FaultyNode($0) }
            let queue = RingQueue(nodes: nodes.map { ($0, 1) })
            try await write(0..<80, to: queue)
            let dead = try #require(nodes.first { $0.name == queue.ring.owner(of: PartitionIndex(rawValue: 0)) })
            dead.setDown(true)
            try await write(80..<160, to: queue)
            let reader = try await queue.reader(of: "letters", partitions: partitions)
            var texts = Set<String>()
            while !texts.isSuperset(of: (80..<160).map(String.init)) {
                texts.formUnion(try await reader.take(1).map(\.text))
            }
            #expect(!texts.contains("0"))
            let ends = PartitionIndex(rawValue: 0)
            await #expect(throws: QueueError.self) { try await queue.ends(of: "letters", partitions: [ends]) }
            dead.setDown(false)
            while texts.count < 160 { texts.formUnion(try await reader.take(1).map(\.text)) }
            #expect(try await queue.ends(of: "letters", partitions: [ends])[ends]?.numbers.count == 2)
            await queue.close()
        }
    }

    @Test func withAllNodesDownAppendIsRefusedInBoundedTimeAndGoesOnAfterwards() async throws {
        try await withTemporaryDirectory { directory in
            let node = FaultyNode(try await localNode("q1", in: directory))
            let queue = RingQueue(nodes: [(node, 1)])
            node.setDown(true)
            let start = ContinuousClock.now
            do {
                try await write(0..<8, to: queue)
                Issue.record("acknowledged by nobody")
            } catch let error as QueueError {
                #expect(error.code == .temporary)
            }
            // Two seconds, and whatever else the machine is busy with.
            #expect(start.duration(to: .now) < .seconds(20))
            node.setDown(false)
            try await eventually("the queue takes frames again") {
                (try? await queue.append([frame("back")], to: "letters")) != nil
            }
            await queue.close()
        }
    }

    @Test func aCommitThatANodeMissedReachesItLater() async throws {
        try await withTemporaryDirectory { directory in
            let nodes = try await localNodes(["q1", "q2"], in: directory).map { FaultyNode($0) }
            let queue = RingQueue(nodes: nodes.map { ($0, 1) })
            try await write(0..<80, to: queue)
            let reader = try await queue.reader(of: "letters", partitions: partitions)
            let all = cursors(behind: try await reader.take(80))
            nodes[0].setDown(true)
            try await queue.commit("letters", group: "reader", term: 0, cursors: all)
            nodes[0].setDown(false)
            try await eventually("both nodes have dropped everything") {
                let rows = try await queue.stats().filter { $0.topic == "letters" }
                return rows.count == 2 && rows.allSatisfy { $0.depthFrames == 0 }
            }
            await queue.close()
        }
    }

    @Test func aBacklogMovesBetweenSetupsOnTheSameDirectories() async throws {
        try await withTemporaryDirectory { directory in
            for (round, names) in [["q1", "q2", "q3"], ["q1"], ["q2", "q3"]].enumerated() {
                let queue = try await ringQueue(names, in: directory)
                try await write(round * 80..<(round + 1) * 80, to: queue)
                await queue.close()
            }
            let all = try await ringQueue(["q1", "q2", "q3"], in: directory)
            #expect(try await readAll(all, count: 240) == Set((0..<240).map(String.init)))
            await all.close()
        }
    }

    @Test func aFlippedByteShowsInItsPlaceAndTheOthersGoOn() async throws {
        try await withTemporaryDirectory { directory in
            let queue = try await ringQueue(["q1"], in: directory)
            let marker = "the frame that will be damaged"
            try await queue.append(
                [frame("before"), frame(marker), frame("after"), frame("other", in: 1)], to: "letters")
            await queue.close()
            let damaged = try flip(marker, under: directory + "/q1/letters")
            let again = try await ringQueue(["q1"], in: directory)
            try await again.append([frame("new", in: 1)], to: "letters")
            let frames = try await again.reader(of: "letters", partitions: [0, 1]).take(5)
            let own = frames.filter { $0.partition.rawValue == 0 }
            #expect(own.map(\.number) == [1, 2, 3])
            #expect(own.first?.text == "before" && own.last?.text == "after")
            #expect(own.dropFirst().first?.text.contains(damaged) == true)
            #expect(Set(frames.filter { $0.partition.rawValue == 1 }.map(\.text)) == ["other", "new"])
            await again.close()
        }
    }

    /// Changes one byte of a frame in a segment; returns the segment's name.
    private func flip(_ marker: String, under directory: String) throws -> String {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let url = URL(fileURLWithPath: directory + "/" + name)
            guard var data = try? Data(contentsOf: url), let range = data.range(of: Data(marker.utf8)) else { continue }
            data[range.lowerBound + 3] ^= 0x20
            try data.write(to: url)
            return name
        }
        Issue.record("no segment holds the frame")
        return ""
    }
}
