import HashRing
import Queue
import Synchronization

/// A queue that holds everything in memory and does as it is told: refuses appends, spoils frames.
final class MemoryQueue: Queue {
    struct State {
        var frames: [String: [PartitionIndex: [FetchedFrame.Content]]] = [:]
        var committed: [String: [PartitionIndex: Cursor]] = [:]
        var terms: [String: UInt64] = [:]
        /// Appends that are refused before the next one is taken, by topic.
        var refusals: [String: [QueueError]] = [:]
        /// Topics that take nothing.
        var full: Set<String> = []
        var endsFail = false
        var endsAsked = 0
    }

    let state = Mutex(State())

    static func stream(_ partition: PartitionIndex) -> StreamID {
        StreamID(openedUnixMilliseconds: 1, random: UInt64(partition.rawValue))
    }

    func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) {
        let refusal: QueueError? = state.withLock { state in
            if let refusal = state.refusals[topic]?.popLast() { return refusal }
            if state.full.contains(topic) { return QueueError(.full, "no room") }
            for frame in frames {
                state.frames[topic, default: [:]][frame.partition, default: []].append(.bytes(frame.bytes))
            }
            return nil
        }
        if let refusal { throw refusal }
    }

    func spoil(_ topic: String, _ partition: PartitionIndex) {
        state.withLock {
            $0.frames[topic, default: [:]][partition, default: []].append(.quarantined("q1: segment 3, offset 77"))
        }
    }

    func frames(_ topic: String, _ partition: PartitionIndex) -> Int {
        state.withLock { $0.frames[topic]?[partition]?.count ?? 0 }
    }

    func frameCount(_ topic: String) -> Int {
        state.withLock { $0.frames[topic]?.values.reduce(0) { $0 + $1.count } ?? 0 }
    }

    func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription {
        MemorySubscription(queue: self, topic: topic)
    }

    func ends(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [PartitionIndex: Cursor] {
        let ends: [PartitionIndex: Cursor]? = state.withLock { state in
            state.endsAsked += 1
            guard !state.endsFail else { return nil }
            return partitions.reduce(into: [:]) { ends, partition in
                let count = state.frames[topic]?[partition]?.count ?? 0
                ends[partition] = count == 0 ? Cursor() : Cursor([Self.stream(partition): UInt64(count)])
            }
        }
        guard let ends else { throw QueueError(.temporary, "a node is away") }
        return ends
    }

    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        state.withLock { $0.committed["\(topic) \(group)"] ?? [:] }.filter { partitions.contains($0.key) }
    }

    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError) {
        let isStale = state.withLock { state in
            let key = "\(topic) \(group) \(partition)"
            if term < state.terms[key] ?? 0 { return true }
            state.terms[key] = term
            return false
        }
        if isStale { throw QueueError(.staleTerm, "term \(term)") }
    }

    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        let isStale = state.withLock { state in
            if cursors.keys.contains(where: { term < state.terms["\(topic) \(group) \($0)"] ?? 0 }) { return true }
            for (partition, cursor) in cursors {
                state.committed["\(topic) \(group)", default: [:]][partition, default: Cursor()].merge(cursor)
            }
            return false
        }
        if isStale { throw QueueError(.staleTerm, "term \(term)") }
    }

    func stats() async throws(QueueError) -> [TopicStats] { [] }
    func close() async {}
}

private final class MemorySubscription: QueueSubscription {
    private let queue: MemoryQueue
    private let topic: String
    private let positions = Mutex<[PartitionIndex: UInt64]>([:])

    init(queue: MemoryQueue, topic: String) {
        self.queue = queue
        self.topic = topic
    }

    func add(_ partition: PartitionIndex, after cursor: Cursor) async throws(QueueError) {
        positions.withLock { $0[partition] = cursor[MemoryQueue.stream(partition)] }
    }

    func remove(_ partition: PartitionIndex) async { positions.withLock { $0[partition] = nil } }

    func next(maxBytes: Int, waitMilliseconds: Int) async throws(QueueError) -> [FetchedFrame] {
        let deadline = ContinuousClock.now + .milliseconds(waitMilliseconds)
        while true {
            let frames = take()
            if !frames.isEmpty || ContinuousClock.now >= deadline || Task.isCancelled { return frames }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    func close() async {}

    /// Five of a partition at most, so that there are several batches.
    private func take() -> [FetchedFrame] {
        let frames = queue.state.withLock { $0.frames[topic] ?? [:] }
        return positions.withLock { positions in
            positions.keys.sorted().flatMap { partition in
                let start = positions[partition] ?? 0
                let more = (frames[partition] ?? []).dropFirst(Int(start)).prefix(5)
                positions[partition] = start + UInt64(more.count)
                return more.enumerated().map { offset, content in
                    FetchedFrame(
                        partition: partition, stream: MemoryQueue.stream(partition), number: start + UInt64(offset) + 1,
                        content: content)
                }
            }
        }
    }
}
