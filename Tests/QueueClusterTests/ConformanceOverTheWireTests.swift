import Foundation
import NIOPosix
import Queue
import QueueCluster
import QueueConformance
import SegmentLog
import Synchronization
import Testing
import Wire

/// Queue nodes with directories of their own, each behind a Unix socket as its own process would be.
struct WireCluster {
    private let nodes: [LocalNode]
    private let servers: [WireServer]

    init(nodes count: Int, in directory: String, topics: [TopicSpec]) async throws {
        var configuration = SegmentLogConfiguration()
        configuration.segmentBytes = 16 << 20
        configuration.growthBytes = 1 << 20
        var nodes: [LocalNode] = []
        var servers: [WireServer] = []
        for number in 1...count {
            // Opening a log blocks: not on the threads that tasks run on.
            let node = try await NIOThreadPool.singleton.runIfActive { [configuration] in
                try LocalNode(
                    name: "q\(number)", directory: "\(directory)/q\(number)", topics: topics,
                    configuration: configuration)
            }
            nodes.append(node)
            servers.append(
                try await WireServer.start(
                    address: .unix(path: "\(directory)/q\(number).sock"), handler: QueueNodeService(node: node),
                    group: MultiThreadedEventLoopGroup.singleton))
        }
        self.nodes = nodes
        self.servers = servers
    }

    func queue(outstandingBytesMax: Int) -> RingQueue {
        let remotes = zip(nodes, servers).map { node, server in
            RemoteNode(name: node.name, address: server.address, group: MultiThreadedEventLoopGroup.singleton)
        }
        return RingQueue(nodes: remotes.map { ($0, 1) }, outstandingBytesMax: outstandingBytesMax)
    }

    func stop() async {
        for server in servers { await server.stop(graceMilliseconds: 100) }
        for node in nodes { await node.close() }
    }
}

@Suite(.serialized) struct ConformanceOverTheWireTests {
    @Test(.timeLimit(.minutes(1)), arguments: QueueConformance.checks)
    func threeRemoteNodes(check: ConformanceCheck) async throws {
        let directory = "/tmp/queue-cluster-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let cluster = try await WireCluster(nodes: 3, in: directory, topics: check.requirements.topics)
        let outcome: Result<Void, any Error>
        do {
            try await check.run { cluster.queue(outstandingBytesMax: $0.outstandingBytesMax) }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await cluster.stop()
        try outcome.get()
    }

    @Test(.timeLimit(.minutes(1)), arguments: QueueConformance.membershipChecks)
    func remoteNodesThatComeAndGo(check: MembershipCheck) async throws {
        let directory = "/tmp/queue-cluster-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let served = Mutex<[(LocalNode, WireServer)]>([])
        let ring = try await ChangingRing(["q1", "q2", "q3"]) { name in
            let node = try await NIOThreadPool.singleton.runIfActive {
                try LocalNode(name: name, directory: "\(directory)/\(name)", topics: QueueConformance.topics)
            }
            let group = MultiThreadedEventLoopGroup.singleton
            let server = try await WireServer.start(
                address: .unix(path: "\(directory)/\(name).sock"), handler: QueueNodeService(node: node), group: group)
            served.withLock { $0.append((node, server)) }
            return (RemoteNode(name: name, address: server.address, group: group), node)
        }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await check.run(ring)) } catch { outcome = .failure(error) }
        for (node, server) in served.withLock({ $0 }) {
            await server.stop(graceMilliseconds: 100)
            await node.close()
        }
        try outcome.get()
    }
}
