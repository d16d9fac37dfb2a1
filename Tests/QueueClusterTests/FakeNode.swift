import HashRing
import Queue
import Synchronization

/// A queue node in memory: follows the rules of numbers, keeps everything, and records the order of appends.
final class FakeNode: QueueNode {
    private struct State {
        var frames: [StreamKey: [FetchedFrame]] = [:]
        var appendOrder: [UInt64] = []
        var terms: [PartitionIndex: UInt64] = [:]
        var committed: [PartitionIndex: Cursor] = [:]
        var failure: QueueError?
    }

    let name: String
    private let state = Mutex(State())

    init(name: String) { self.name = name }

    /// From now on everything fails with this.
    func fail(with error: QueueError?) { state.withLock { $0.failure = error } }

    var appendOrder: [UInt64] { state.withLock { $0.appendOrder } }

    func open(_ streams: [StreamKey], topic: String) async throws(QueueError) {
        try locked { state throws(QueueError) in
            for key in streams where state.frames[key] == nil { state.frames[key] = [] }
        }
    }

    func append(
        _ frames: [NumberedFrame], topic: String, completion: @escaping @Sendable (Result<Void, QueueError>) -> Void
    ) {
        completion(
            Result { () throws(QueueError) in
                try locked { state throws(QueueError) in
                    for frame in frames {
                        guard let known = state.frames[frame.key], frame.number == UInt64(known.count) + 1 else {
                            throw QueueError(.unknownStream, "frame \(frame.number) is not the next")
                        }
                        let text = String(decoding: frame.bytes, as: UTF8.self)
                        let content =
                            text == "bad" ? .quarantined("file x, offset 7") : FetchedFrame.Content.bytes(frame.bytes)
                        state.frames[frame.key]?.append(
                            FetchedFrame(
                                partition: frame.key.partition, stream: frame.key.stream, number: frame.number,
                                content: content))
                        state.appendOrder.append(frame.number)
                    }
                }
            })
    }

    func fetch(
        _ topic: String, after cursors: [PartitionIndex: Cursor], maxBytes: Int, waitMilliseconds: Int
    ) async throws(QueueError) -> [FetchedFrame] {
        let end = ContinuousClock.now + .milliseconds(waitMilliseconds)
        while true {
            let found = try locked { state throws(QueueError) in
                state.frames.flatMap { key, frames in
                    frames.filter { frame in cursors[key.partition].map { frame.number > $0[key.stream] } ?? false }
                }
            }
            if !found.isEmpty || ContinuousClock.now >= end { return found }
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return [] }
        }
    }

    func streams(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [StreamState] {
        try locked { state throws(QueueError) in
            state.frames.filter { partitions.contains($0.key.partition) }
                .map { StreamState(key: $0.key, first: 1, last: UInt64($0.value.count)) }
        }
    }

    func announce(
        term: UInt64, topic: String, group: String, partition: PartitionIndex
    ) async throws(QueueError) {
        try locked { state throws(QueueError) in state.terms[partition] = term }
    }

    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        try locked { state throws(QueueError) in
            for (partition, cursor) in cursors {
                guard term >= state.terms[partition] ?? 0 else { throw QueueError(.staleTerm, "term \(term)") }
                state.committed[partition] = cursor
            }
        }
    }

    func adopt(_ topic: String, group: String, cursors: [PartitionIndex: Cursor]) async throws(QueueError) {
        try locked { state throws(QueueError) in
            for (partition, cursor) in cursors { state.committed[partition] = cursor }
        }
    }

    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        try locked { state throws(QueueError) in state.committed.filter { partitions.contains($0.key) } }
    }

    func stats() async throws(QueueError) -> [TopicStats] {
        [TopicStats(topic: "letters", node: name, group: "g", depthFrames: 1, depthBytes: 2, oldestAgeMilliseconds: 3)]
    }

    func close() async {}

    private func locked<T>(_ body: (inout sending State) throws(QueueError) -> sending T) throws(QueueError)
        -> sending T
    {
        try state.withLock { state throws(QueueError) in
            if let failure = state.failure { throw failure }
            return try body(&state)
        }
    }
}
