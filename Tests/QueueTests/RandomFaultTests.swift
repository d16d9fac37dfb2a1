import HashRing
import Queue
import QueueConformance
import Synchronization
import Testing

/// Nodes that refuse, delay, lose answers and go down at random, under several writers and a reader that comes and
/// goes.
@Suite struct RandomFaultTests {
    private static let writers = 6
    private static let framesEach = 60
    private static let partitions: [UInt16] = [0, 1, 2]

    /// What the writers know: texts that were acknowledged, and those that they had to write again.
    private final class Ledger: Sendable {
        struct Entries {
            var acknowledged: Set<String> = []
            var repeated: Set<String> = []
            var isDone = false
        }
        let entries = Mutex(Entries())
        var isDone: Bool { entries.withLock { $0.isDone } }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1, 2, 3, UInt64.random(in: 4...99_999)])
    func everyAcknowledgedFrameIsReadInOrder(seed: UInt64) async throws {
        try await withTemporaryDirectory { directory in
            let faults = FaultyNode.Faults(refused: 4, answersLost: 4, delayed: 20, delayMillisecondsMax: 10)
            let nodes = try await localNodes(["q1", "q2", "q3"], in: directory).enumerated().map { index, node in
                FaultyNode(node, seed: seed &* 31 &+ UInt64(index), faults: faults)
            }
            let queue = RingQueue(nodes: nodes.map { ($0, 1) })
            let ledger = Ledger()
            async let disturbance: Void = disturb(nodes, seed: seed, until: { ledger.isDone })
            async let reading = read(queue, ledger: ledger, seed: seed)
            await write(queue, ledger: ledger)
            ledger.entries.withLock { $0.isDone = true }
            await disturbance
            for node in nodes {
                node.setDown(false)
                node.setFaults(.init())
            }
            check(try await reading, ledger.entries.withLock { $0 }, seed: seed)
            await queue.close()
        }
    }

    private func write(_ queue: RingQueue, ledger: Ledger) async {
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<Self.writers {
                group.addTask {
                    for number in 0..<Self.framesEach {
                        let text = "\(writer).\(number)"
                        let target = Self.partitions[writer % Self.partitions.count]
                        while (try? await queue.append([frame(text, in: target)], to: "letters")) == nil {
                            ledger.entries.withLock { _ = $0.repeated.insert(text) }
                        }
                        ledger.entries.withLock { _ = $0.acknowledged.insert(text) }
                    }
                }
            }
        }
    }

    /// Takes nodes down and up again, one or two at a time.
    private func disturb(_ nodes: [FaultyNode], seed: UInt64, until isDone: @Sendable () -> Bool) async {
        var random = SeededRandom(seed: seed)
        while !isDone() {
            for node in nodes.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random)) {
                node.setDown(true)
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 5...60, using: &random)))
            for node in nodes { node.setDown(false) }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 5...60, using: &random)))
        }
    }

    /// Reads with subscriptions that end at random and go on behind the cursor, until everything acknowledged has come.
    private func read(
        _ queue: RingQueue, ledger: Ledger, seed: UInt64
    ) async throws -> [FetchedFrame] {
        var random = SeededRandom(seed: seed &+ 1)
        var frames: [FetchedFrame] = []
        var reached: [UInt16: Cursor] = [:]
        let deadline = ContinuousClock.now + .seconds(40)
        var missing = Set<String>()
        while ContinuousClock.now < deadline {
            let reader = try await queue.reader(of: "letters", partitions: Self.partitions, after: reached)
            for _ in 0..<Int.random(in: 5...40, using: &random) {
                let wasDone = ledger.isDone
                let new = try await reader.next(
                    maxBytes: Int.random(in: 10...2000, using: &random), waitMilliseconds: 20)
                frames += new
                for frame in new {
                    reached[frame.partition.rawValue, default: Cursor()].advance(frame.stream, to: frame.number)
                }
                guard wasDone, new.isEmpty else { continue }
                missing = ledger.entries.withLock { $0.acknowledged }.subtracting(frames.map(\.text))
                if missing.isEmpty {
                    await reader.close()
                    return frames
                }
            }
            await reader.close()
        }
        Issue.record("seed \(seed): acknowledged and not read: \(missing.sorted())")
        return frames
    }

    private func check(_ frames: [FetchedFrame], _ entries: Ledger.Entries, seed: UInt64) {
        struct Key: Hashable {
            var partition: PartitionIndex
            var stream: StreamID
        }
        for (key, own) in Dictionary(grouping: frames, by: { Key(partition: $0.partition, stream: $0.stream) }) {
            #expect(own.map(\.number) == Array(1...UInt64(own.count)), "seed \(seed), stream \(key.stream): a gap")
            for writer in 0..<Self.writers {
                let texts = own.map(\.text).filter { $0.hasPrefix("\(writer).") }
                let numbers = texts.compactMap { Int($0.dropFirst("\(writer).".count)) }
                #expect(numbers == numbers.sorted(), "seed \(seed), stream \(key.stream): out of order")
                let doubles = Dictionary(grouping: texts, by: { $0 }).filter { $0.value.count > 1 }.keys
                #expect(entries.repeated.isSuperset(of: doubles), "seed \(seed): doubles that nobody wrote")
            }
        }
        #expect(entries.acknowledged.count == Self.writers * Self.framesEach)
    }
}
