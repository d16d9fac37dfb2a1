import HashRing
import Queue
import Synchronization

/// A queue in memory that fails when told to.
final class MemoryQueue: Queue {
    struct State {
        var frames: [String: [FetchedFrame]] = [:]
        var failure: QueueError?
        var appends = 0
    }

    let state = Mutex(State())
    private let stream = StreamID(openedUnixMilliseconds: 1, random: 1)

    func fail(_ code: QueueError.Code?) {
        state.withLock { $0.failure = code.map { QueueError($0, "as told") } }
    }

    func items(of topic: String) -> [[UInt8]] {
        state.withLock { $0.frames[topic] ?? [] }.compactMap {
            if case .bytes(let bytes) = $0.content { bytes } else { nil }
        }
    }

    func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) {
        // Long enough for others to arrive meanwhile.
        try? await Task.sleep(for: .milliseconds(2))
        let failure = state.withLock { state -> QueueError? in
            if let failure = state.failure { return failure }
            state.appends += 1
            for frame in frames {
                let number = UInt64((state.frames[topic] ?? []).count { $0.partition == frame.partition } + 1)
                state.frames[topic, default: []].append(
                    FetchedFrame(
                        partition: frame.partition, stream: stream, number: number, content: .bytes(frame.bytes)))
            }
            return nil
        }
        if let failure { throw failure }
    }

    func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription {
        Subscription(queue: self, topic: topic)
    }

    func ends(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [PartitionIndex: Cursor] {
        state.withLock { state in
            var ends: [PartitionIndex: Cursor] = [:]
            for frame in state.frames[topic] ?? [] {
                ends[frame.partition, default: Cursor()].advance(frame.stream, to: frame.number)
            }
            return ends
        }
    }

    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] { [:] }
    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError) {}
    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {}
    func stats() async throws(QueueError) -> [TopicStats] { [] }
    func close() async {}

    private final class Subscription: QueueSubscription {
        let queue: MemoryQueue
        let topic: String
        let cursors = Mutex<[PartitionIndex: Cursor]>([:])

        init(queue: MemoryQueue, topic: String) {
            self.queue = queue
            self.topic = topic
        }

        func add(_ partition: PartitionIndex, after cursor: Cursor) async throws(QueueError) {
            cursors.withLock { $0[partition] = cursor }
        }

        func remove(_ partition: PartitionIndex) async { cursors.withLock { $0[partition] = nil } }

        func next(maxBytes: Int, waitMilliseconds: Int) async throws(QueueError) -> [FetchedFrame] {
            for _ in 0..<max(1, waitMilliseconds / 5) {
                let frames = queue.state.withLock { $0.frames[topic] ?? [] }
                let new = cursors.withLock { cursors in
                    frames.filter { frame in
                        guard let cursor = cursors[frame.partition], cursor[frame.stream] < frame.number else {
                            return false
                        }
                        cursors[frame.partition, default: Cursor()].advance(frame.stream, to: frame.number)
                        return true
                    }
                }
                if !new.isEmpty || Task.isCancelled { return new }
                try? await Task.sleep(for: .milliseconds(5))
            }
            return []
        }

        func close() async {}
    }
}
