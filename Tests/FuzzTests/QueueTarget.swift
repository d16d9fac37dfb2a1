import FaultyFiles
import Foundation
import HashRing
import NIOCore
import NIOPosix
import Queue
import SegmentLog
import SwiftProtobuf
import Testing
import Wire

@testable import QueueCluster

/// A queue node behind its protocol: bodies that make no sense are refused, and good frames come back afterwards.
extension FuzzSuite {
    @Test func queueBodies() async throws {
        let scratch = try Scratch()
        let topics = [TopicSpec(name: "t", groups: ["g"])]
        let node = try LocalNode(name: "q1", directory: scratch.path + "/q1", topics: topics)
        let address = WireAddress.unix(path: scratch.path + "/s")
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await WireServer.start(address: address, handler: QueueNodeService(node: node), group: group)
        let queue = RingQueue(nodes: [(RemoteNode(name: "q1", address: address, group: group), 1)])
        let door = Door(address)
        var appended = 0
        try await Fuzzing.run("queue", corpus: try QueueSamples.all()) { input, random in
            let payload = random.oneIn(2) ? QueueSamples.payload : random.bytes(Int.random(in: 0...40, using: &random))
            try await door.knock(input, payload: payload, methods: QueueMethod.all, waiting: [QueueMethod.fetch])
            guard random.oneIn(16) else { return }
            appended += 1
            let frame = OutgoingFrame(partition: PartitionIndex(rawValue: 900), bytes: Array("good \(appended)".utf8))
            try await queue.append([frame], to: "t")
        }
        await door.close()
        #expect(try await QueueSamples.read(appended, from: queue) == (0..<appended).map { "good \($0 + 1)" })
        await queue.close()
        await server.stop(graceMilliseconds: 200)
    }
}

private enum QueueSamples {
    static let payload = Array("hello".utf8)

    /// Each begins with the index of its method.
    static func all() throws -> [[UInt8]] {
        var key = QueueStreamKey()
        key.partition = 3
        key.openedUnixMilliseconds = 5
        key.random = 6
        var header = QueueFrameHeader()
        header.key = key
        header.number = 1
        header.length = UInt32(payload.count)
        var cursor = QueuePartitionCursor()
        cursor.partition = 3
        cursor.streams = [
            .with {
                $0.openedUnixMilliseconds = 5; $0.random = 6; $0.number = 1
            }
        ]
        let messages: [(WireMethod, any Message)] = [
            (
                QueueMethod.open,
                QueueOpenStreams.with {
                    $0.topic = "t"; $0.streams = [key]
                }
            ),
            (
                QueueMethod.append,
                QueueAppend.with {
                    $0.topic = "t"; $0.frames = [header]
                }
            ),
            (
                QueueMethod.fetch,
                QueueFetch.with {
                    $0.topic = "t"; $0.cursors = [cursor]; $0.maxBytes = 1000
                }
            ),
            (
                QueueMethod.streams,
                QueuePartitions.with {
                    $0.topic = "t"; $0.partitions = [3, 4]
                }
            ),
            (
                QueueMethod.committed,
                QueuePartitions.with {
                    $0.topic = "t"; $0.group = "g"; $0.partitions = [3]
                }
            ),
            (
                QueueMethod.announce,
                QueueAnnounce.with {
                    $0.topic = "t"; $0.group = "g"; $0.partition = 3; $0.term = 1
                }
            ),
            (
                QueueMethod.commit,
                QueueCommit.with {
                    $0.topic = "t"; $0.group = "g"; $0.term = 1; $0.cursors = [cursor]
                }
            ),
            (QueueMethod.stats, QueueStats()),
        ]
        return try messages.map { method, message in
            let bytes: [UInt8] = try message.serializedBytes()
            return [UInt8(QueueMethod.all.firstIndex(of: method) ?? 0)] + bytes
        }
    }

    static func read(_ count: Int, from queue: RingQueue) async throws -> [String] {
        let subscription = try await queue.subscribe(to: "t", group: "g")
        try await subscription.add(PartitionIndex(rawValue: 900), after: Cursor())
        var texts: [String] = []
        let end = ContinuousClock.now + .seconds(20)
        while texts.count < count, ContinuousClock.now < end {
            for frame in try await subscription.next(maxBytes: 1 << 20, waitMilliseconds: 1_000) {
                if case .bytes(let bytes) = frame.content { texts.append(String(decoding: bytes, as: UTF8.self)) }
            }
        }
        await subscription.close()
        return texts
    }
}
