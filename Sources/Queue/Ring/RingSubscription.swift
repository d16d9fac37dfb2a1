internal import HashRing
internal import Synchronization
internal import SystemClock

/// Reads partitions of a topic from all nodes: one long poll a node, into a bounded buffer.
///
/// A node is not polled again while what it sent fills the buffer, so a slow reader costs 32 MiB and not the backlog.
/// Adding or removing partitions overtakes the polls that are under way: they are cancelled, and whatever they still
/// bring is sorted out by number and by tenure of the partition.
final class RingSubscription: QueueSubscription {
    private struct State {
        var reading: ReadingState
        var closed = false
        /// Something a reader must hear of (not that a node is away); told once by each `next` that has no frames.
        var failure: QueueError?
        var layout: RingLayout
        /// Nodes that are polled, by index.
        var followed = 0
    }

    private static let bufferBytes = 32 << 20
    private static let pollMilliseconds = 10_000
    private static let tidyMilliseconds = 600_000
    /// Partitions are often added one by one: polls start again when it has been quiet for so long.
    private static let settleMilliseconds = 2

    private let topic: String
    private let ended: @Sendable (ObjectIdentifier) -> Void
    private let tasks = TaskBag()
    /// Rung for readers: frames have come, or the end.
    private let arrived = Bell()
    /// Rung for the polling: partitions changed, a poll ended, there is room.
    private let changed = Bell()
    private let state: Mutex<State>

    init(topic: String, layout: RingLayout, ended: @escaping @Sendable (ObjectIdentifier) -> Void) {
        self.topic = topic
        self.ended = ended
        state = Mutex(State(reading: ReadingState(nodes: 0, bytesMax: Self.bufferBytes), layout: layout))
        change(to: layout)
        tasks.start { [self] in await tidyFromTimeToTime() }
    }

    /// Polls nodes that are new, and no longer those that are gone.
    func change(to layout: RingLayout) {
        let new = state.withLock { state in
            defer { state.followed = layout.nodes.count }
            state.layout = layout
            state.reading.setNodes(count: layout.nodes.count, living: layout.present.count)
            return state.followed..<max(state.followed, layout.nodes.count)
        }
        for index in new { tasks.start { [self] in await follow(index) } }
        changed.ring()
    }

    func add(_ partition: PartitionIndex, after cursor: Cursor) async throws(QueueError) {
        let closed = state.withLock { state in
            state.reading.add(partition, after: cursor)
            return state.closed
        }
        guard !closed else { throw Self.closedError }
        changed.ring()
    }

    func remove(_ partition: PartitionIndex) async {
        state.withLock { $0.reading.remove(partition) }
        changed.ring()
    }

    func next(maxBytes: Int, waitMilliseconds: Int) async throws(QueueError) -> [FetchedFrame] {
        let clock = ContinuousClock()
        let deadline = clock.now + .milliseconds(waitMilliseconds)
        while true {
            let seen = arrived.count
            let (frames, failure) = state.withLock { state -> ([FetchedFrame], QueueError?) in
                if state.closed { return ([], Self.closedError) }
                let frames = state.reading.take(maxBytes: maxBytes)
                guard frames.isEmpty else { return (frames, nil) }
                defer { state.failure = nil }
                return ([], state.failure)
            }
            if let failure { throw failure }
            if !frames.isEmpty {
                changed.ring()
                return frames
            }
            let left = clock.now.duration(to: deadline).wholeMilliseconds
            guard left > 0, !Task.isCancelled else { return [] }
            await arrived.wait(after: seen, milliseconds: left)
        }
    }

    func close() async {
        state.withLock { $0.closed = true }
        arrived.ring()
        ended(ObjectIdentifier(self))
        await tasks.finish()
    }

    private static let closedError = QueueError(.closed, "the subscription is closed")

    // MARK: Polling

    /// One poll of one node after the other, until the node is gone or the subscription is closed.
    private func follow(_ index: Int) async {
        var backoff = Backoff()
        var running: PollRun?
        while !Task.isCancelled, state.withLock({ $0.layout.present.contains(index) }) {
            let seen = changed.count
            if let run = running {
                switch run.outcome {
                case .success?:
                    backoff.reset()
                    running = nil
                case .failure?:
                    running = nil
                    try? await Task.sleep(for: .milliseconds(backoff.nextMilliseconds()))
                    continue
                case nil where run.poll.assignment != state.withLock({ $0.reading.assignment }):
                    run.cancel()
                    running = nil
                    try? await Task.sleep(for: .milliseconds(Self.settleMilliseconds))
                    continue
                case nil:
                    break
                }
            }
            if running == nil, let poll = state.withLock({ $0.reading.poll(node: index) }) { running = start(poll) }
            await changed.wait(after: seen)
        }
        running?.cancel()
    }

    private func start(_ poll: ReadingState.Poll) -> PollRun {
        let run = PollRun(poll: poll)
        let node = state.withLock { $0.layout.nodes[poll.node] }
        run.task = tasks.start { [self] in
            do throws(QueueError) {
                let frames = try await node.fetch(
                    topic, after: poll.cursors, maxBytes: poll.maxBytes, waitMilliseconds: Self.pollMilliseconds)
                state.withLock { $0.reading.accept(frames, of: poll) }
                run.outcome = .success(())
            } catch {
                if Self.concernsReaders(error) { state.withLock { $0.failure = error } }
                run.outcome = .failure(error)
            }
            arrived.ring()
            changed.ring()
        }
        return run
    }

    /// A node that is away, or closed on its side, is left out in silence; the rest an operator has to know.
    private static func concernsReaders(_ error: QueueError) -> Bool {
        error.code != .temporary && error.code != .closed
    }

    // MARK: Streams that are gone

    private func tidyFromTimeToTime() async {
        while (try? await Task.sleep(for: .milliseconds(Self.tidyMilliseconds))) != nil { await tidy() }
    }

    /// Forgets positions in streams that no node knows any more. Does nothing unless all nodes answer.
    private func tidy() async {
        let (positions, nodes) = state.withLock { ($0.reading.positions, $0.layout.livingNodes) }
        var gone = positions.mapValues { Set($0.numbers.keys) }
        for node in nodes {
            guard let known = try? await node.streams(of: topic, partitions: Array(positions.keys)) else { return }
            for stream in known { gone[stream.key.partition]?.remove(stream.key.stream) }
        }
        state.withLock { [gone] in $0.reading.forget(gone) }
    }
}

/// A poll that is under way, or what came of it.
private final class PollRun: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var outcome: Result<Void, QueueError>?
    }

    let poll: ReadingState.Poll
    private let state = Mutex(State())

    init(poll: ReadingState.Poll) { self.poll = poll }

    var task: Task<Void, Never>? {
        get { state.withLock { $0.task } }
        set { state.withLock { $0.task = newValue } }
    }

    var outcome: Result<Void, QueueError>? {
        get { state.withLock { $0.outcome } }
        set { state.withLock { $0.outcome = newValue } }
    }

    func cancel() { task?.cancel() }
}
