internal import HashRing
internal import Logging
internal import Metrics
internal import Queue
internal import ServiceLifecycle
internal import StatuscastModel
internal import Synchronization
internal import SystemClock

/// Appends what clients post and delete to the topic `receive` or `receive.priority`, at the author's partition.
///
/// `append` returns once the item is on stable storage. Each partition has one frame under way at most, and what
/// arrives for it meanwhile goes together into its next one: so an author's events stay in their order. All partitions
/// that have something and are free go out in one call to the queue, and each has its outcome as soon as it is known:
/// a queue node that hangs delays the partitions whose streams lie there and no others. The items of a frame that
/// fails are stored or not, and whoever posts again with the same Idempotency-Key gets one status. Bounded: with too
/// much unconfirmed `append` throws at once.
final class ReceiveAppender: Service, Sendable {
    private struct Waiting {
        let item: [UInt8]
        let done: CheckedContinuation<Result<Void, QueueError>, Never>
    }

    private struct State {
        var waiting: [PartitionIndex: [Waiting]] = [:]
        /// Partitions that have a frame under way.
        var busy: Set<PartitionIndex> = []
        /// Of what waits and what is under way.
        var bytes = 0
        var isClosed = false

        var isDone: Bool { isClosed && waiting.isEmpty && busy.isEmpty }
    }

    /// The items of one frame.
    private struct Load {
        let partition: PartitionIndex
        let items: [Waiting]
        let bytes: Int
    }

    static let unconfirmedBytesMax = 32 << 20
    /// Of one partition's frame, well below what a queue takes.
    static let frameBytesMax = 2 << 20

    private let queue: any Queue
    private let topic: String
    private let partitions: PartitionCount
    private let logger: Logger
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let timer = Timer(label: "statuscast_api_append_seconds")
    private let items = Counter(label: "statuscast_api_appended_items_total")
    private let failures = Counter(label: "statuscast_api_append_failures_total")

    init(queue: any Queue, topic: String = Topics.receive, partitions: PartitionCount, logger: Logger) {
        self.queue = queue
        self.topic = topic
        self.partitions = partitions
        self.logger = logger
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func append(_ event: ReceiveEvent) async throws(ClientError) {
        let item = event.encoded()
        let partition = partitions.partition(of: event.author)
        let result = await withCheckedContinuation { done in
            let refusal: QueueError? = state.withLock { state in
                if state.isClosed { return QueueError(.closed, "this process is stopping") }
                guard state.bytes + item.count <= ReceiveAppender.unconfirmedBytesMax else {
                    return QueueError(.temporary, "too much is unconfirmed")
                }
                state.bytes += item.count
                state.waiting[partition, default: []].append(Waiting(item: item, done: done))
                return nil
            }
            if let refusal { done.resume(returning: .failure(refusal)) } else { signal.yield() }
        }
        if case .failure(let error) = result { throw ReceiveAppender.clientError(error) }
    }

    /// Ends after what was waiting at shutdown is appended; cancelled, after it is refused.
    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await _ in self.signals {
                    if let round = self.takeRound() { group.addTask { await self.append(round) } }
                    if self.state.withLock(\.isDone) { break }
                }
            }
            self.refuseWaiting()
        } onCancelOrGracefulShutdown: {
            self.state.withLock { $0.isClosed = true }
            self.signal.yield()
        }
    }

    private func append(_ round: [Load]) async {
        let frames = round.map {
            OutgoingFrame(partition: $0.partition, bytes: ItemBatch.encoded($0.items.map(\.item)))
        }
        let started = MonotonicClock.nanoseconds()
        await queue.appendEach(frames, to: topic) { index, result in
            self.timer.recordNanoseconds(Int64(MonotonicClock.nanoseconds() - started))
            self.finish(round[index], result)
        }
    }

    private func finish(_ load: Load, _ result: Result<Void, QueueError>) {
        switch result {
        case .success:
            items.increment(by: load.items.count)
        case .failure(let error):
            failures.increment()
            logger.warning("what clients sent for partition \(load.partition) cannot be appended: \(error)")
        }
        let hasMore = state.withLock { state in
            state.busy.remove(load.partition)
            state.bytes -= load.bytes
            return state.isClosed || state.waiting[load.partition] != nil
        }
        if hasMore { signal.yield() }
        for waiting in load.items { waiting.done.resume(returning: result) }
    }

    /// What waits for partitions that are free, of each as much as one frame takes.
    private func takeRound() -> [Load]? {
        state.withLock { state in
            var round: [Load] = []
            for (partition, waiting) in state.waiting where !state.busy.contains(partition) {
                var bytes = 0
                let taken = waiting.prefix { waiting in
                    guard bytes == 0 || bytes + waiting.item.count <= ReceiveAppender.frameBytesMax else {
                        return false
                    }
                    bytes += waiting.item.count
                    return true
                }
                round.append(Load(partition: partition, items: Array(taken), bytes: bytes))
                state.busy.insert(partition)
                state.waiting[partition] = taken.count == waiting.count ? nil : Array(waiting.dropFirst(taken.count))
            }
            return round.isEmpty ? nil : round
        }
    }

    private func refuseWaiting() {
        let left = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            return state.waiting.values.flatMap { $0 }
        }
        for waiting in left {
            waiting.done.resume(returning: .failure(QueueError(.closed, "this process is stopping")))
        }
    }

    private static func clientError(_ error: QueueError) -> ClientError {
        switch error.code {
        case .full: .unavailable("There is no room for new statuses just now; try again later", retryAfterSeconds: 10)
        default: .unavailable("The status could not be stored just now; try again in a moment")
        }
    }
}
