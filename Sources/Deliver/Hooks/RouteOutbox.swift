internal import CoreMetrics
internal import HashRing
internal import Logging
internal import Queue
internal import StatuscastModel

/// What delivery hooks want to go to route workers, on its way there: tried once, because a topic that is full or away
/// must not stop deliveries. What does not get there is counted.
struct RouteOutbox {
    private static let pendingMax = 10_000

    private let topics: Set<String>
    private let partitions: PartitionCount
    private let queue: any Queue
    private let metrics: DeliverMetrics
    private let logger: Logger
    private var pending: [HookSending] = []

    init(_ parts: DeliverParts) {
        topics = Set(parts.configuration.hooks.routeTopics)
        partitions = parts.configuration.partitions
        queue = parts.queue
        metrics = parts.metrics
        logger = parts.logger
    }

    mutating func add(_ sendings: [HookSending]) {
        let known = sendings.filter { topics.contains($0.topic) }.prefix(Self.pendingMax - pending.count)
        pending += known
        if known.count < sendings.count { metrics.lostRouteItems.increment(by: sendings.count - known.count) }
    }

    mutating func send() async {
        guard !pending.isEmpty else { return }
        for (topic, sendings) in Dictionary(grouping: pending, by: \.topic) {
            let byPartition = Dictionary(grouping: sendings) {
                partitions.partition(of: $0.item.recipient ?? $0.item.author)
            }
            let frames = byPartition.map { partition, sendings in
                OutgoingFrame(partition: partition, bytes: ItemBatch.encoded(sendings.map { $0.item.encoded() }))
            }
            do throws(QueueError) {
                try await queue.append(frames, to: topic)
            } catch {
                metrics.lostRouteItems.increment(by: sendings.count)
                logger.warning(
                    "what hooks have sent on is lost", metadata: ["topic": "\(topic)", "error": "\(error)"])
            }
        }
        pending = []
    }
}
