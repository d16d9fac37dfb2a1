public import HashRing
internal import Synchronization

/// The queue engine over any queue nodes, in this process or behind the wire: no master and no election.
///
/// - A producer opens a stream on the first `copies` living nodes of the partition's preference list. A frame is
///   acknowledged when all of them have confirmed it. A node that fails is left alone for 50 ms to 2 s, then asked
///   beside the frames whether it is back, and its streams are opened anew elsewhere; a full node counts like one that
///   failed.
/// - With fewer than `copies` living nodes `append` throws `.temporary` after two seconds of looking for them,
///   `.full` when all nodes are full.
/// - `append` waits while `outstandingBytesMax` are unconfirmed; frames go out in requests of up to 4 MiB a node and
///   topic, four of them under way. A caller that is cancelled stops waiting (`.temporary`); its frames go on.
/// - Readers ask all nodes. `ends` and `append` need what they name; `committed`, `announce`, `commit` and `stats`
///   are content with the nodes that answer (the first two wait for the others a quarter of a second), and commits that a node missed are brought to it later.
/// - Nodes come, change their weight, are drained and go while everything runs (`change`).
/// - The queue owns its nodes: `close` closes them too, and `change` those that are gone.
public final class RingQueue: Queue {
    private struct State {
        var closed = false
        var layout = RingLayout()
        /// Of the nodes by index; nil for one that is gone.
        var relays: [CommitRelay?] = []
        var producers: [String: Producer] = [:]
        var subscriptions: [ObjectIdentifier: RingSubscription] = [:]
    }

    /// How long nodes have to answer after the first where one answer is enough.
    private static let hurryMilliseconds = 250
    /// How long `close` lets outstanding frames finish.
    private static let graceMilliseconds = 5000

    /// Which node a partition prefers now.
    public var ring: Ring { state.withLock { $0.layout.ring } }
    let tasks = TaskBag()
    private let settings: ProducerMachine.Settings
    private let budget: ByteBudget
    private let state = Mutex(State())

    public convenience init(
        nodes: [(node: any QueueNode, weight: Int)], copies: Int = 1, outstandingBytesMax: Int = 64 << 20
    ) {
        self.init(
            members: nodes.map { RingMember(node: $0.node, weight: $0.weight) }, copies: copies,
            outstandingBytesMax: outstandingBytesMax)
    }

    public init(members: [RingMember], copies: Int = 1, outstandingBytesMax: Int = 64 << 20) {
        var settings = ProducerMachine.Settings()
        settings.copies = max(1, copies)
        self.settings = settings
        budget = ByteBudget(bytesMax: outstandingBytesMax)
        state.withLock { state in
            _ = state.layout.change(to: members)
            state.relays = state.layout.nodes.map { CommitRelay(node: $0) }
        }
    }

    public func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) {
        let producer = try await admitted(frames, to: topic)
        try await producer.append(frames)
    }

    /// Goes out in the same requests as one `append` of all the frames.
    public func appendEach(
        _ frames: [OutgoingFrame], to topic: String,
        outcome: @escaping @Sendable (Int, Result<Void, QueueError>) -> Void
    ) async {
        do throws(QueueError) {
            let producer = try await admitted(frames, to: topic)
            await producer.appendEach(frames, outcome: outcome)
        } catch {
            for index in frames.indices { outcome(index, .failure(error)) }
        }
    }

    /// The producer for frames that are within the limits and have paid the budget.
    private func admitted(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) -> Producer {
        guard frames.count <= QueueLimits.framesPerAppend else {
            throw QueueError(.invalid, "\(frames.count) frames in one call; \(QueueLimits.framesPerAppend) may be")
        }
        var bytes = 0
        for frame in frames {
            guard (1...QueueLimits.frameBytes).contains(frame.bytes.count) else {
                throw QueueError(
                    .invalid, "a frame of \(frame.bytes.count) bytes; 1 to \(QueueLimits.frameBytes) may be")
            }
            bytes += frame.bytes.count
        }
        let producer = try producer(of: topic)
        if !frames.isEmpty { try await budget.claim(bytes) }
        return producer
    }

    public func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription {
        // A wrong name is told at once, if any node is there to tell it.
        for result in await askBriefly({ node throws(QueueError) in
            _ = try await node.committed(topic, group: group, partitions: [])
        }) {
            if case .failure(let error) = result, error.code == .invalid { throw error }
        }
        let subscription = RingSubscription(topic: topic, layout: state.withLock { $0.layout }) { [weak self] ended in
            _ = self?.state.withLock { $0.subscriptions.removeValue(forKey: ended) }
        }
        let (closed, layout) = state.withLock { state in
            if !state.closed { state.subscriptions[ObjectIdentifier(subscription)] = subscription }
            return (state.closed, state.layout)
        }
        // The membership may have changed since it was made.
        subscription.change(to: layout)
        if closed {
            await subscription.close()
            throw closedError
        }
        return subscription
    }

    /// Includes everything acknowledged before the call. Throws `.temporary` while any node does not answer: it may
    /// hold streams of these partitions, and an end that leaves them out would pass for the whole.
    public func ends(
        of topic: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        var ends = Dictionary(partitions.map { ($0, Cursor()) }, uniquingKeysWith: { first, _ in first })
        for result in await ask({ node throws(QueueError) in
            try await node.streams(of: topic, partitions: partitions)
        }) {
            for state in try result.get() {
                ends[state.key.partition, default: Cursor()].advance(state.key.stream, to: state.last)
            }
        }
        return ends
    }

    public func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        let answers = await askBriefly { node throws(QueueError) in
            try await node.committed(topic, group: group, partitions: partitions)
        }
        return try any(answers).reduce(into: [:]) { merged, cursors in
            for (partition, cursor) in cursors { merged[partition, default: Cursor()].merge(cursor) }
        }
    }

    public func announce(
        term: UInt64, topic: String, group: String, partition: PartitionIndex
    ) async throws(QueueError) {
        // A node that is away learns the term from the first commit that it gets.
        _ = try any(
            await askBriefly { node throws(QueueError) in
                try await node.announce(term: term, topic: topic, group: group, partition: partition)
            })
    }

    public func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        try open()
        let commit = CommitRelay.Commit(topic: topic, group: group, term: term)
        let relays = state.withLock { $0.relays.compactMap(\.self) }
        _ = try any(
            await gather(relays.indices) { index throws(QueueError) in try await relays[index].send(commit, cursors) }
                .map { $0.mapError(Self.ofNode) })
    }

    public func stats() async throws(QueueError) -> [TopicStats] {
        try any(await ask { node throws(QueueError) in try await node.stats() }).flatMap { $0 }
    }

    public func close() async {
        let (first, producers, subscriptions) = state.withLock { state in
            defer { state.closed = true }
            return (!state.closed, Array(state.producers.values), Array(state.subscriptions.values))
        }
        guard first else { return }
        await tasks.finish()
        budget.close()
        await budget.waitUntilEmpty(milliseconds: Self.graceMilliseconds)
        for producer in producers { await producer.close() }
        for subscription in subscriptions { await subscription.close() }
        let (relays, nodes) = state.withLock { ($0.relays.compactMap(\.self), $0.layout.livingNodes) }
        for relay in relays { await relay.close() }
        for node in nodes { await node.close() }
    }

    // MARK: Membership

    struct LayoutChange {
        var layout: RingLayout
        var gone: [Int]
        var relays: [CommitRelay]
        var producers: [Producer]
        var subscriptions: [RingSubscription]
    }

    /// Nil once the queue is closed.
    func replaceLayout(_ members: [RingMember]) -> LayoutChange? {
        state.withLock { state in
            guard !state.closed else { return nil }
            let (new, gone) = state.layout.change(to: members)
            state.relays += new.map { CommitRelay(node: state.layout.nodes[$0]) }
            let relays = gone.compactMap { state.relays[$0] }
            for index in gone { state.relays[index] = nil }
            return LayoutChange(
                layout: state.layout, gone: gone, relays: relays, producers: Array(state.producers.values),
                subscriptions: Array(state.subscriptions.values))
        }
    }

    // MARK: Asking the nodes

    private var closedError: QueueError { QueueError(.closed, "the queue is closed") }

    /// A node that is closed, because its process stops or because it has left, is away; this queue goes on.
    private static func ofNode(_ error: QueueError) -> QueueError {
        error.code == .closed ? QueueError(.temporary, error.message) : error
    }

    private func open() throws(QueueError) {
        if state.withLock({ $0.closed }) { throw closedError }
    }

    private var openNodes: [any QueueNode]? { state.withLock { $0.closed ? nil : $0.layout.livingNodes } }

    private func producer(of topic: String) throws(QueueError) -> Producer {
        let producer: Producer? = state.withLock { state in
            if state.closed { return nil }
            if let known = state.producers[topic] { return known }
            let new = Producer(topic: topic, layout: state.layout, settings: settings, budget: budget)
            state.producers[topic] = new
            return new
        }
        guard let producer else { throw closedError }
        return producer
    }

    /// The answers of all nodes, asked at the same time, in the order of the nodes.
    private func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (any QueueNode) async throws(QueueError) -> Answer
    ) async -> [Result<Answer, QueueError>] {
        guard let nodes = openNodes else { return [.failure(closedError)] }
        return await gather(nodes.indices) { index throws(QueueError) in try await question(nodes[index]) }
            .map { $0.mapError(Self.ofNode) }
    }

    /// The answers that are there shortly after the first good one: a node that hangs does not hold up the others.
    private func askBriefly<Answer: Sendable>(
        _ question: @escaping @Sendable (any QueueNode) async throws(QueueError) -> Answer
    ) async -> [Result<Answer, QueueError>] {
        guard let nodes = openNodes else { return [.failure(closedError)] }
        return await withTaskGroup(of: Result<Answer, QueueError>?.self) { group in
            for node in nodes {
                group.addTask {
                    do throws(QueueError) {
                        return .success(try await question(node))
                    } catch {
                        return .failure(Self.ofNode(error))
                    }
                }
            }
            var answers: [Result<Answer, QueueError>] = []
            var isInHurry = false
            while answers.count < nodes.count, let next = await group.next(), let answer = next {
                answers.append(answer)
                guard case .success = answer, !isInHurry else { continue }
                isInHurry = true
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(Self.hurryMilliseconds))
                    return nil
                }
            }
            group.cancelAll()
            return answers
        }
    }

    /// The answers of those that answered. Throws what must not be passed over, and the first failure where nobody
    /// answered.
    private func any<Answer>(_ results: [Result<Answer, QueueError>]) throws(QueueError) -> [Answer] {
        var answers: [Answer] = []
        var failure: QueueError?
        for result in results {
            switch result {
            case .success(let answer): answers.append(answer)
            case .failure(let error) where error.code == .staleTerm || error.code == .invalid: throw error
            case .failure(let error): failure = failure ?? error
            }
        }
        if answers.isEmpty { throw failure ?? QueueError(.temporary, "the queue has no nodes") }
        return answers
    }
}
