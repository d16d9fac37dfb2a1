import HashRing
import Queue
import Synchronization

/// A node that fails as nodes behind a network do: it refuses, answers late, or stores and then loses its answer.
final class FaultyNode: QueueNode {
    struct Faults: Sendable {
        /// In percent of the calls.
        var refused = 0
        var answersLost = 0
        var delayed = 0
        var delayMillisecondsMax = 0
    }

    private struct State {
        var random: SeededRandom
        var faults: Faults
        var isDown = false
    }

    private enum Fate {
        case refused
        case answerLost
        case served(delayMilliseconds: Int)
    }

    private let node: any QueueNode
    private let state: Mutex<State>

    init(_ node: any QueueNode, seed: UInt64 = 0, faults: Faults = .init()) {
        self.node = node
        state = Mutex(State(random: SeededRandom(seed: seed), faults: faults))
    }

    var name: String { node.name }

    func setDown(_ down: Bool) { state.withLock { $0.isDown = down } }
    func setFaults(_ faults: Faults) { state.withLock { $0.faults = faults } }

    private var unreachable: QueueError { QueueError(.temporary, "node \(name) cannot be reached") }

    private func fate() -> Fate {
        state.withLock { state in
            if state.isDown { return .refused }
            let draw = Int.random(in: 0..<100, using: &state.random)
            let faults = state.faults
            if draw < faults.refused { return .refused }
            if draw < faults.refused + faults.answersLost { return .answerLost }
            guard draw < faults.refused + faults.answersLost + faults.delayed else {
                return .served(delayMilliseconds: 0)
            }
            return .served(delayMilliseconds: Int.random(in: 0...faults.delayMillisecondsMax, using: &state.random))
        }
    }

    func append(
        _ frames: [NumberedFrame], topic: String, completion: @escaping @Sendable (Result<Void, QueueError>) -> Void
    ) {
        switch fate() {
        case .refused:
            completion(.failure(unreachable))
        case .answerLost:
            node.append(frames, topic: topic) { [unreachable] _ in completion(.failure(unreachable)) }
        case .served(let delay):
            node.append(frames, topic: topic) { result in
                guard delay > 0 else { return completion(result) }
                Task {
                    try? await Task.sleep(for: .milliseconds(delay))
                    completion(result)
                }
            }
        }
    }

    private func pass<T: Sendable>(_ body: () async throws(QueueError) -> T) async throws(QueueError) -> T {
        switch fate() {
        case .refused: throw unreachable
        case .answerLost:
            _ = try await body()
            throw unreachable
        case .served(let delay):
            let answer = try await body()
            if delay > 0 { try? await Task.sleep(for: .milliseconds(delay)) }
            return answer
        }
    }

    func open(_ streams: [StreamKey], topic: String) async throws(QueueError) {
        try await pass { () throws(QueueError) in try await node.open(streams, topic: topic) }
    }

    func fetch(
        _ topic: String, after cursors: [PartitionIndex: Cursor], maxBytes: Int, waitMilliseconds: Int
    ) async throws(QueueError) -> [FetchedFrame] {
        try await pass { () throws(QueueError) in
            // A short wait, so that a node that goes down is noticed.
            try await node.fetch(
                topic, after: cursors, maxBytes: maxBytes, waitMilliseconds: min(waitMilliseconds, 100))
        }
    }

    func streams(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [StreamState] {
        try await pass { () throws(QueueError) in try await node.streams(of: topic, partitions: partitions) }
    }

    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError) {
        try await pass { () throws(QueueError) in
            try await node.announce(term: term, topic: topic, group: group, partition: partition)
        }
    }

    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        try await pass { () throws(QueueError) in
            try await node.commit(topic, group: group, term: term, cursors: cursors)
        }
    }

    func adopt(_ topic: String, group: String, cursors: [PartitionIndex: Cursor]) async throws(QueueError) {
        try await pass { () throws(QueueError) in try await node.adopt(topic, group: group, cursors: cursors) }
    }

    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        try await pass { () throws(QueueError) in
            try await node.committed(topic, group: group, partitions: partitions)
        }
    }

    func stats() async throws(QueueError) -> [TopicStats] {
        try await pass { () throws(QueueError) in try await node.stats() }
    }

    func close() async { await node.close() }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
