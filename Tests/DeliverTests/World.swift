import DurableFiles
import Foundation
import HashRing
import Logging
import Mailbox
import NIOPosix
import Peers
import Queue
import ServiceLifecycle
import StatuscastModel
import Synchronization
import Testing
import Wire

@testable import Deliver

/// A temporary site: a queue in a directory, mailboxes, accounts that follow each other.
final class World: Sendable {
    let directory: String
    let queue: any Queue
    let partitions: PartitionCount
    private let nextID = Mutex<UInt64>(UInt64(Date().timeIntervalSince1970 * 1_000) << 16)

    init(partitions: Int = 4, routeTopics: [String] = []) throws {
        directory = NSTemporaryDirectory() + "deliver-tests-" + UUID().uuidString
        self.partitions = try #require(PartitionCount(rawValue: partitions))
        let routes = routeTopics.map { TopicSpec(name: $0, groups: [Topics.Group.route]) }
        let topics = Topics.all.map { TopicSpec(name: $0.topic, groups: $0.groups) } + routes
        let node = try LocalNode(name: "q1", directory: directory + "/queue/q1", topics: topics)
        queue = RingQueue(nodes: [(node, 1)])
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    var shared: String { directory + "/shared" }

    func id() -> UInt64 {
        nextID.withLock { id in
            id += 1
            return id
        }
    }

    func follow(_ follower: AccountID, _ followee: AccountID) async throws {
        try await follow([(follower, followee)])
    }

    func follow(_ edges: [(AccountID, AccountID)]) async throws {
        let items = edges.map { edge in
            AccountEvent(
                id: EventID(rawValue: id()), change: .followed(.init(follower: edge.0, followee: edge.1))
            ).encoded()
        }
        let partition = PartitionIndex(rawValue: 0)
        try await queue.append(
            [OutgoingFrame(partition: partition, bytes: ItemBatch.encoded(items))], to: Topics.accounts)
    }

    func record(_ id: UInt64) -> [UInt8] {
        RecordFormat.render(
            id: id, unixMilliseconds: id >> 16, host: "example.org", from: "ada", subject: "hello", inReplyTo: nil,
            headers: [], body: "status \(id)")
    }

    /// Posts as the spread step would: followers everywhere, and the addresses in their partitions. Returns the id.
    @discardableResult
    func post(
        by author: AccountID?, to addresses: [Address] = [], lane: Lane = .normal
    ) async throws -> UInt64 {
        let id = self.id()
        let record = self.record(id)
        let frames = partitions.all.map { partition in
            let item = DeliveryItem(
                id: id, author: author, toFollowers: author != nil,
                addresses: addresses.filter { partitions.partition(of: $0) == partition }, record: record[...])
            return OutgoingFrame(partition: partition, bytes: ItemBatch.encoded([item.encoded()]))
        }
        try await queue.append(frames, to: lane.topic)
        return id
    }

    /// The ids that a reader sees, newest first.
    func ids(_ address: Address, limit: Int = 1_000) throws -> [UInt64] {
        let reader = MailboxReader(root: shared + "/mailboxes", memoryBytesMax: 1 << 20)
        let location = MailboxLocation(hash: address.hash, owner: address.owner, kind: address.kind)
        return try reader.page(location, limit: limit).records.map(\.id)
    }

    /// How many records lie in the files of a mailbox, doubles counted.
    func recordsInFiles(_ address: Address) throws -> Int {
        let reader = MailboxReader(root: shared + "/mailboxes", memoryBytesMax: 1 << 20)
        let location = MailboxLocation(hash: address.hash, owner: address.owner, kind: address.kind)
        var offsets: [String: Int] = [:]
        return try reader.records(location, afterOffsets: &offsets).count
    }

    /// An account whose home lies in the given partition.
    func account(_ number: UInt64, in partition: Int) -> AccountID {
        var raw = number * 1_000
        while Int(partitions.partition(of: AccountID(rawValue: raw)).rawValue) != partition { raw += 1 }
        return AccountID(rawValue: raw)
    }
}

/// A worker that runs until `stop` or `kill`.
final class RunningRole: Sendable {
    let role: DeliverRole
    let address: WireAddress
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    init(
        _ world: World, lane: Lane = .normal, queue: (any Queue)? = nil, writer: (any BundleWriting)? = nil,
        moreHooks: [any DeliveryHook] = [],
        _ adjust: (inout DeliverConfiguration) -> Void = { _ in }
    ) {
        // Socket paths are short: the limit is about 100 bytes.
        address = .unix(path: "/tmp/dl-\(UInt64.random(in: 0...UInt64.max)).sock")
        var configuration = DeliverConfiguration(
            lane: lane, sharedDirectory: world.shared, partitions: world.partitions, listen: address)
        configuration.smallSweepIntervalMilliseconds = 100
        configuration.sweepIntervalMilliseconds = 200
        configuration.leaseRetryMilliseconds = 100
        adjust(&configuration)
        var logger = Logger(label: "deliver-tests")
        logger.logLevel =
            ProcessInfo.processInfo.environment["DELIVER_LOG"].flatMap(Logger.Level.init(rawValue:)) ?? .critical
        let lookups = RecipientLookups(
            sharedDirectory: world.shared, partitions: world.partitions, accountsPartitions: 1,
            wantedPartitions: configuration.wantedPartitions, queue: queue ?? world.queue, logger: logger)
        role = DeliverRole(
            configuration: configuration, queue: queue ?? world.queue, lookups: lookups,
            group: MultiThreadedEventLoopGroup.singleton, logger: logger, writer: writer, moreHooks: moreHooks)
        let group = ServiceGroup(services: [lookups, role], gracefulShutdownSignals: [], logger: logger)
        self.group = group
        task = Task { try await group.run() }
    }

    /// Shuts down gracefully; answers how long that took.
    @discardableResult func stop() async throws -> Duration {
        let start = ContinuousClock.now
        await group.triggerGracefulShutdown()
        try await task.value
        return ContinuousClock.now - start
    }

    /// Ends as a crash would: nothing flushed, nothing committed, no term closed.
    func kill() async {
        task.cancel()
        _ = await task.result
    }

    func holds(_ count: Int) async throws {
        try await eventually("the worker holds \(count) partitions") { role.health.heldPartitions == count }
    }

    func client() -> (MailboxClient, WireClient) {
        let client = WireClient(address: address, group: MultiThreadedEventLoopGroup.singleton)
        return (MailboxClient(client), client)
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
