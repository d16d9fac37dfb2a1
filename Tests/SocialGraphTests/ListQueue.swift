import HashRing
import Queue
import Synchronization

/// One stream of one topic, as a list.
final class ListQueue: Queue, QueueSubscription {
    private struct State {
        var frames: [FetchedFrame.Content] = []
        var position = 0
        var isHeld = false
        var isClosed = false
        var endsFail = false
    }

    private let state = Mutex(State())
    private let stream = StreamID(openedUnixMilliseconds: 1, random: 1)
    private let partition = PartitionIndex(rawValue: 0)

    func add(_ content: FetchedFrame.Content) { state.withLock { $0.frames.append(content) } }
    /// As if a cursor had named the first frames.
    func skip(_ count: Int) { state.withLock { $0.position = count } }
    func hold() { state.withLock { $0.isHeld = true } }
    func failEnds(_ fail: Bool) { state.withLock { $0.endsFail = fail } }
    func end() { state.withLock { $0.isClosed = true } }

    func ends(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [PartitionIndex: Cursor] {
        let (count, fails) = state.withLock { ($0.frames.count, $0.endsFail) }
        if fails { throw QueueError(.temporary, "a node is away") }
        return [partition: Cursor([stream: UInt64(count)])]
    }

    func next(maxBytes: Int, waitMilliseconds: Int) async throws(QueueError) -> [FetchedFrame] {
        let deadline = ContinuousClock.now + .milliseconds(waitMilliseconds)
        while true {
            let (content, number, isClosed) = state.withLock { state -> (FetchedFrame.Content?, Int, Bool) in
                guard !state.isHeld, state.position < state.frames.count else { return (nil, 0, state.isClosed) }
                state.position += 1
                return (state.frames[state.position - 1], state.position, false)
            }
            if isClosed { throw QueueError(.closed, "closed") }
            if let content {
                return [FetchedFrame(partition: partition, stream: stream, number: UInt64(number), content: content)]
            }
            if ContinuousClock.now >= deadline { return [] }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription { self }
    func add(_ partition: PartitionIndex, after cursor: Cursor) async throws(QueueError) {}
    func remove(_ partition: PartitionIndex) async {}
    func close() async {}
    func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) {}
    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] { [:] }
    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError) {}
    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {}
    func stats() async throws(QueueError) -> [TopicStats] { [] }
}
