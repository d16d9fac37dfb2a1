import CanonicalStore
import FaultyFiles
import Foundation
import HashRing
import Logging
import NIOPosix
import Peers
import Queue
import ServiceLifecycle
import StatuscastModel
import Store
import Testing
import Wire

@testable import Deliver

/// The real store and the real delivery worker behind the protocol of the peers.
extension FuzzSuite {
    @Test func storeBodies() async throws {
        let site = try Site()
        let address = WireAddress.unix(path: site.scratch.path + "/store.sock")
        let configuration = StoreConfiguration(
            storeDirectory: site.scratch.path + "/store", sharedDirectory: site.shared, listen: address,
            passwords: PasswordHash.Parameters(log2Rounds: 4))
        let role = StoreRole(
            configuration: configuration, queue: site.queue, group: MultiThreadedEventLoopGroup.singleton,
            logger: site.logger)
        let work = Task { try await role.run() }
        try await site.until { try await site.directory.store().authenticate(PeerAuthenticate()).known == false }
        let door = Door(address)
        try await Fuzzing.run("store", corpus: try PeerSamples.store()) { input, _ in
            try await door.knock(input, methods: StoreEndpoint.methods, waiting: [])
        }
        await door.close()
        #expect(try await site.directory.store().authenticate(PeerAuthenticate()).known == false)
        work.cancel()
        try await work.value
        await site.end()
    }

    @Test func mailboxBodies() async throws {
        let site = try Site()
        let address = WireAddress.unix(path: site.scratch.path + "/deliver.sock")
        let partitions = try #require(PartitionCount(rawValue: 4))
        let configuration = DeliverConfiguration(
            lane: .normal, sharedDirectory: site.shared, partitions: partitions, listen: address)
        let lookups = RecipientLookups(
            sharedDirectory: site.shared, partitions: partitions, accountsPartitions: 1, queue: site.queue,
            logger: site.logger)
        let role = DeliverRole(
            configuration: configuration, queue: site.queue, lookups: lookups,
            group: MultiThreadedEventLoopGroup.singleton, logger: site.logger)
        let services = ServiceGroup(services: [lookups, role], gracefulShutdownSignals: [], logger: site.logger)
        let work = Task { try await services.run() }
        try await site.until { role.health.heldPartitions == 4 }
        let door = Door(address)
        try await Fuzzing.run("mailboxes-asked", corpus: try PeerSamples.mailboxes()) { input, _ in
            try await door.knock(input, methods: MailboxEndpoint.methods, waiting: [PeerMethod.awaitChanges])
        }
        await door.close()
        #expect(role.health.heldPartitions == 4)
        await services.triggerGracefulShutdown()
        try await work.value
        await site.end()
    }
}

/// A queue and a shared directory for one role.
private final class Site: Sendable {
    let scratch: Scratch
    let queue: RingQueue
    let directory: PeerDirectory
    var shared: String { scratch.path + "/shared" }

    init() throws {
        scratch = try Scratch()
        for name in ["shared", "store"] {
            try FileManager.default.createDirectory(
                atPath: scratch.path + "/" + name, withIntermediateDirectories: true)
        }
        let topics = Topics.all.map { TopicSpec(name: $0.topic, groups: $0.groups) }
        queue = RingQueue(nodes: [(try LocalNode(name: "q1", directory: scratch.path + "/q1", topics: topics), 1)])
        directory = PeerDirectory(
            sharedDirectory: scratch.path + "/shared", group: MultiThreadedEventLoopGroup.singleton)
    }

    var logger: Logger {
        var logger = Logger(label: "fuzz")
        logger.logLevel = .critical
        return logger
    }

    func until(_ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            if (try? await condition()) == true { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Wrong("the role did not become ready")
    }

    func end() async {
        await directory.close()
        await queue.close()
    }
}
