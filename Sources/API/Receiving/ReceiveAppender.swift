internal import HashRing
internal import Logging
internal import Metrics
internal import Queue
internal import ServiceLifecycle
internal import StatuscastModel
internal import Synchronization

/// Appends what clients post and delete to the topic `receive` or `receive.priority`, at the author's partition.
///
/// `append` returns once the item is on stable storage. What arrives while an append is under way goes together in the
/// next round: one frame for each partition. A round that fails fails as a whole; each of its items is then stored or
/// not, and whoever posts again with the same Idempotency-Key gets one status. Bounded: with too much waiting `append`
/// throws at once.
final class ReceiveAppender: Service, Sendable {
    private struct Waiting {
        let item: [UInt8]
        let done: CheckedContinuation<Result<Void, QueueError>, Never>
    }

    private struct State {
        var waiting: [PartitionIndex: [Waiting]] = [:]
        var bytes = 0
        var isClosed = false
    }

    static let waitingBytesMax = 32 << 20
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
                guard state.bytes + item.count <= ReceiveAppender.waitingBytesMax else {
                    return QueueError(.temporary, "too much is waiting")
                }
                state.bytes += item.count
                state.waiting[partition, default: []].append(Waiting(item: item, done: done))
                return nil
            }
            if let refusal { done.resume(returning: .failure(refusal)) } else { signal.yield() }
        }
        if case .failure(let error) = result { throw ReceiveAppender.clientError(error) }
    }

    /// Ends after what was waiting at shutdown is appended.
    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            for await _ in signals { await appendWaiting() }
            await appendWaiting()
        } onCancelOrGracefulShutdown: {
            self.state.withLock { $0.isClosed = true }
            self.signal.finish()
        }
    }

    private func appendWaiting() async {
        while let round = takeRound() {
            let frames = round.map { OutgoingFrame(partition: $0.key, bytes: ItemBatch.encoded($0.value.map(\.item))) }
            let started = MonotonicClock.nanoseconds()
            let result: Result<Void, QueueError>
            do throws(QueueError) {
                try await queue.append(frames, to: topic)
                result = .success(())
                items.increment(by: round.values.reduce(0) { $0 + $1.count })
            } catch {
                result = .failure(error)
                failures.increment()
                logger.warning("what clients sent cannot be appended: \(error)")
            }
            timer.recordNanoseconds(Int64(MonotonicClock.nanoseconds() - started))
            for waiting in round.values.joined() { waiting.done.resume(returning: result) }
        }
    }

    /// Everything that waits, of each partition as much as one frame takes.
    private func takeRound() -> [PartitionIndex: [Waiting]]? {
        state.withLock { state in
            var round: [PartitionIndex: [Waiting]] = [:]
            for (partition, waiting) in state.waiting {
                var bytes = 0
                let taken = waiting.prefix { waiting in
                    bytes += waiting.item.count
                    return bytes <= ReceiveAppender.frameBytesMax
                }
                round[partition] = Array(taken)
                state.bytes -= taken.reduce(0) { $0 + $1.item.count }
                state.waiting[partition] = taken.count == waiting.count ? nil : Array(waiting.dropFirst(taken.count))
            }
            return round.isEmpty ? nil : round
        }
    }

    private static func clientError(_ error: QueueError) -> ClientError {
        switch error.code {
        case .full: .unavailable("There is no room for new statuses just now; try again later", retryAfterSeconds: 10)
        default: .unavailable("The status could not be stored just now; try again in a moment")
        }
    }
}
