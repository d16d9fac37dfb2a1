import CanonicalStore
import DeadLetters
import DurableFiles
import Foundation
import HashRing
import Logging
import NIOPosix
import Peers
import Queue
import StatuscastModel
import Store
import Synchronization
import SwiftProtobuf
import Testing
import Wire

/// One data directory with a queue node and, when asked for, a store role that runs over it.
final class World: Sendable {
    let path: String
    let queue: FaultyQueue
    let directory: PeerDirectory

    init() throws {
        path = "/tmp/store-\(UInt32.random(in: 0...UInt32.max))"
        for name in ["shared", "store", "queue"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        }
        let node = try LocalNode(
            name: "q1", directory: path + "/queue/q1",
            topics: Topics.all.map { TopicSpec(name: $0.topic, groups: $0.groups) })
        queue = FaultyQueue(RingQueue(nodes: [(node: node, weight: 1)]))
        directory = PeerDirectory(sharedDirectory: path + "/shared", group: MultiThreadedEventLoopGroup.singleton)
    }

    func end() async {
        await directory.close()
        await queue.close()
        try? FileManager.default.removeItem(atPath: path)
    }

    func configuration(socket: String = "store", store: String = "store") -> StoreConfiguration {
        StoreConfiguration(
            storeDirectory: path + "/" + store, sharedDirectory: path + "/shared",
            listen: .unix(path: "\(path)/\(socket).sock"), passwords: PasswordHash.Parameters(log2Rounds: 4))
    }

    func role(_ configuration: StoreConfiguration) -> StoreRole {
        var logger = Logger(label: "store")
        logger.logLevel = .critical
        return StoreRole(
            configuration: configuration, queue: queue, group: MultiThreadedEventLoopGroup.singleton, logger: logger)
    }

    /// Runs the store while `body` does; `body` starts when changes are judged.
    func withStore(
        _ configuration: StoreConfiguration? = nil, _ body: (StoreClient) async throws -> Void
    ) async throws {
        let role = role(configuration ?? self.configuration())
        let task = Task { try await role.run() }
        do {
            #expect(try await eventually { await self.judgesChanges() })
            try await body(try await directory.store())
        } catch {
            Issue.record(error)
        }
        task.cancel()
        try await task.value
    }

    func judgesChanges() async -> Bool {
        // An unknown token is answered only by a store that has caught up.
        (try? await directory.store().authenticate(PeerAuthenticate()))?.known == false
    }

    func append(_ events: [AcceptedEvent], garbage: [[UInt8]] = []) async throws {
        for (partition, events) in Dictionary(grouping: events, by: { PartitionCount.default.partition(of: $0.author) })
        {
            let bytes = ItemBatch.encoded(garbage + events.map { $0.encoded() })
            try await queue.append([OutgoingFrame(partition: partition, bytes: bytes)], to: Topics.accepted)
        }
    }

    func append(_ events: [AccountEvent]) async throws {
        let bytes = ItemBatch.encoded(events.map { $0.encoded() })
        try await queue.append(
            [OutgoingFrame(partition: PartitionIndex(rawValue: 0), bytes: bytes)], to: Topics.accounts)
    }

    /// Everything in the dead letters, with its bytes.
    func deadLetters() throws -> [DeadLetter] {
        let box = DeadLetterBox(directory: path + "/shared/dead-letters")
        return try box.list(limit: 100).letters.compactMap { try box.read($0.id)?.letter }
    }

    /// What the group `store` has not committed of a topic.
    func depth(_ topic: String) async throws -> UInt64 {
        try await queue.stats().filter { $0.topic == topic && $0.group == Topics.Group.store }.map(\.depthFrames)
            .reduce(0, +)
    }
}

/// A queue whose calls fail when a test wants it.
final class FaultyQueue: Queue {
    enum Fault: Sendable {
        /// Nothing is stored.
        case refusesAppends
        /// Frames are stored, and the caller is told that they are not.
        case losesAnswers
        /// Nothing is stored in this partition.
        case refusesAppendsTo(PartitionIndex)
        /// Nobody answers.
        case isAway
        /// One node does not answer: where the streams end is not known, all else goes on.
        case hidesEnds
    }

    private let base: any Queue
    private let fault = Mutex<Fault?>(nil)

    init(_ base: any Queue) { self.base = base }

    func set(_ fault: Fault?) { self.fault.withLock { $0 = fault } }

    private static let temporary = QueueError(.temporary, "the test wants it")

    private func check() throws(QueueError) {
        if case .isAway = fault.withLock({ $0 }) { throw Self.temporary }
    }

    func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) {
        switch fault.withLock({ $0 }) {
        case nil, .hidesEnds: try await base.append(frames, to: topic)
        case .refusesAppends, .isAway: throw Self.temporary
        case .refusesAppendsTo(let partition):
            if frames.contains(where: { $0.partition == partition }) { throw Self.temporary }
            try await base.append(frames, to: topic)
        case .losesAnswers:
            try await base.append(frames, to: topic)
            throw Self.temporary
        }
    }

    func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription {
        try check()
        return try await base.subscribe(to: topic, group: group)
    }

    func ends(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [PartitionIndex: Cursor] {
        try check()
        if case .hidesEnds = fault.withLock({ $0 }) { throw Self.temporary }
        return try await base.ends(of: topic, partitions: partitions)
    }

    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        try check()
        return try await base.committed(topic, group: group, partitions: partitions)
    }

    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError) {
        try check()
        try await base.announce(term: term, topic: topic, group: group, partition: partition)
    }

    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        try check()
        try await base.commit(topic, group: group, term: term, cursors: cursors)
    }

    func stats() async throws(QueueError) -> [TopicStats] { try await base.stats() }
    func close() async { await base.close() }
}

/// Polls until it holds, ten seconds at most.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}

/// The error that `body` throws, nil where it throws none.
func peerError(_ body: () async throws(PeerError) -> Void) async -> PeerError? {
    do throws(PeerError) {
        try await body()
        return nil
    } catch {
        return error
    }
}

/// People and applications as tests need them.
extension StoreClient {
    func application(scopes: [String] = ["read", "write", "follow"]) async throws -> PeerApplication {
        try await registerApplication(
            .with {
                $0.name = "toot"
                $0.redirectUris = ["urn:ietf:wg:oauth:2.0:oob"]
                $0.scopes = scopes
            })
    }

    func signUp(_ name: String, _ application: PeerApplication) async throws(PeerError) -> PeerToken {
        try await createAccount(
            .with {
                $0.application = application.id
                $0.username = name
                $0.email = "\(name)@example.org"
                $0.password = "correct horse"
            })
    }
}
