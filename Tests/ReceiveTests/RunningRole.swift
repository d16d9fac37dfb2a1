import DurableFiles
import Foundation
import HashRing
import Logging
import Queue
import ServiceLifecycle
import StatuscastModel
import Testing

@testable import Receive

/// A directory for one test, removed at its end.
final class TemporaryDirectory {
    let path = NSTemporaryDirectory() + "receive-tests-" + UUID().uuidString
    init() throws { try PosixFileSystem().createDirectories(path) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A receive role that runs until `stop`.
struct RunningRole {
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    init(_ queue: any Queue, shared: String, _ adjust: (inout ReceiveConfiguration) -> Void = { _ in }) {
        var logger = Logger(label: "receive-tests")
        logger.logLevel = .critical
        var configuration = ReceiveConfiguration(
            sharedDirectory: shared, partitions: World.partitions, host: "example.org")
        configuration.leaseRetryMilliseconds = 100
        adjust(&configuration)
        let role = ReceiveRole(configuration: configuration, queue: queue, logger: logger)
        let group = ServiceGroup(services: [role], gracefulShutdownSignals: [], logger: logger)
        self.group = group
        task = Task { try await group.run() }
    }

    /// Answers how long the role took to end.
    @discardableResult func stop() async throws -> Duration {
        let start = ContinuousClock.now
        await group.triggerGracefulShutdown()
        try await task.value
        return ContinuousClock.now - start
    }
}

/// Waits until the condition holds, ten seconds at most.
func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("never: \(what)", sourceLocation: sourceLocation)
}

/// Reads a topic as nobody's consumer does: everything that can be fetched, from the start.
struct TopicReader {
    let queue: any Queue
    let topic: String

    func items() async throws -> [(partition: PartitionIndex, item: [UInt8])] {
        let ends = try await queue.ends(of: topic, partitions: World.partitions.all)
        let subscription = try await queue.subscribe(to: topic, group: topic == Topics.accepted ? "store" : "deliver")
        var reached: [PartitionIndex: Cursor] = [:]
        var items: [(PartitionIndex, [UInt8])] = []
        for partition in World.partitions.all { try await subscription.add(partition, after: Cursor()) }
        while !ends.allSatisfy({ (reached[$0.key] ?? Cursor()).reaches($0.value) }) {
            for frame in try await subscription.next(maxBytes: 1 << 20, waitMilliseconds: 1_000) {
                reached[frame.partition, default: Cursor()].advance(frame.stream, to: frame.number)
                guard case .bytes(let bytes) = frame.content else { continue }
                items += try ItemBatch.items(of: bytes).map { (frame.partition, Array($0)) }
            }
        }
        await subscription.close()
        return items
    }

    func verdicts() async throws -> [AcceptedEvent] {
        try await items().map { try AcceptedEvent(decoding: $0.item[...]) }
    }

    func deliveries() async throws -> [(partition: PartitionIndex, item: DeliveryItem)] {
        try await items().map { ($0.partition, try DeliveryItem(decoding: $0.item[...])) }
    }
}

extension Queue {
    func append(_ events: [AccountEvent]) async throws {
        try await append(
            [
                OutgoingFrame(
                    partition: PartitionIndex(rawValue: 0), bytes: ItemBatch.encoded(events.map { $0.encoded() }))
            ],
            to: Topics.accounts)
    }

    func append(_ event: ReceiveEvent, to topic: String = Topics.receive) async throws {
        try await append(
            [OutgoingFrame(partition: World.partition(of: event.author), bytes: ItemBatch.encoded([event.encoded()]))],
            to: topic)
    }
}
