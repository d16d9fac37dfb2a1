import Foundation
import HashRing
import NIOCore
import NIOPosix
import Queue
import Synchronization
import Testing
import Wire

@testable import QueueCluster

let topic = "letters"
let partition = PartitionIndex(rawValue: 65_535)
let stream = StreamID(openedUnixMilliseconds: 1_795_000_000_000, random: .max)
let key = StreamKey(partition: partition, stream: stream)

func numbered(_ number: UInt64, _ bytes: [UInt8]) -> NumberedFrame {
    NumberedFrame(key: key, number: number, bytes: bytes)
}

/// Runs `body` with a node and the same node over the wire.
func withRemote(_ body: (FakeNode, RemoteNode, WireServer) async throws -> Void) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let node = FakeNode(name: "q1")
    let address = WireAddress.unix(path: "/tmp/queue-\(UUID().uuidString.prefix(13)).sock")
    let server = try await WireServer.start(address: address, handler: QueueNodeService(node: node), group: group)
    let remote = RemoteNode(name: "q1", address: address, group: group)
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(node, remote, server)) } catch { outcome = .failure(error) }
    await remote.close()
    await server.stop(graceMilliseconds: 100)
    try outcome.get()
}

extension RemoteNode {
    func append(_ frames: [NumberedFrame]) async throws(QueueError) {
        let result = await withCheckedContinuation { continuation in
            append(frames, topic: topic) { continuation.resume(returning: $0) }
        }
        try result.get()
    }
}

func queueCode(_ body: () async throws(QueueError) -> some Sendable) async -> QueueError.Code? {
    do throws(QueueError) {
        _ = try await body()
        return nil
    } catch {
        return error.code
    }
}

@Suite struct RemoteNodeTests {
    @Test func everyOperationGoesOverTheWire() async throws {
        try await withRemote { _, remote, _ in
            try await remote.open([key], topic: topic)
            try await remote.append([numbered(1, [1, 2, 3]), numbered(2, Array("bad".utf8)), numbered(3, [0])])
            let frames = try await remote.fetch(
                topic, after: [partition: Cursor()], maxBytes: 1 << 20, waitMilliseconds: 0)
            #expect(frames.map(\.number) == [1, 2, 3])
            #expect(frames.allSatisfy { $0.partition == partition && $0.stream == stream })
            guard case .bytes([1, 2, 3]) = frames[0].content, case .quarantined("file x, offset 7") = frames[1].content
            else {
                Issue.record("other contents: \(frames)")
                return
            }
            #expect(
                try await remote.streams(of: topic, partitions: [partition]) == [
                    StreamState(key: key, first: 1, last: 3)
                ])
            try await remote.announce(term: 5, topic: topic, group: "g", partition: partition)
            let cursor = Cursor([stream: 2, StreamID(openedUnixMilliseconds: 0, random: 0): .max])
            try await remote.commit(topic, group: "g", term: 5, cursors: [partition: cursor])
            #expect(try await remote.committed(topic, group: "g", partitions: [partition]) == [partition: cursor])
            let stale = await queueCode { () async throws(QueueError) in
                try await remote.commit(topic, group: "g", term: 4, cursors: [partition: cursor])
            }
            #expect(stale == .staleTerm)
            let stats = try await remote.stats()
            #expect(stats.map(\.node) == ["q1"])
            #expect(stats.map(\.oldestAgeMilliseconds) == [3])
        }
    }

    @Test func appendsReachTheNodeInTheOrderOfTheCalls() async throws {
        try await withRemote { node, remote, _ in
            try await remote.open([key], topic: topic)
            let stored = Atomic<Int>(0)
            let total = 3000
            for number in 1...UInt64(total) {
                remote.append([numbered(number, [1])], topic: topic) { result in
                    if case .success = result { stored.add(1, ordering: .relaxed) }
                }
            }
            try await eventually("all are stored") { stored.load(ordering: .relaxed) == total }
            #expect(node.appendOrder == Array(1...UInt64(total)))
        }
    }

    @Test func aBigAppendTravelsInSeveralRequestsInOrder() async throws {
        try await withRemote { node, remote, _ in
            try await remote.open([key], topic: topic)
            let big = [UInt8](repeating: 7, count: QueueLimits.frameBytes)
            try await remote.append((1...3).map { numbered($0, big) } + (4...5000).map { numbered($0, [1]) })
            #expect(node.appendOrder == Array(1...5000))
            var frames: [FetchedFrame] = []
            // The fake node does not keep to maxBytes, so only the small ones are asked for.
            frames = try await remote.fetch(
                topic, after: [partition: Cursor([stream: 3])], maxBytes: 1, waitMilliseconds: 0)
            #expect(frames.count == 4997)
        }
    }

    @Test(arguments: [
        QueueError.Code.temporary, .full, .corrupt, .unsupportedVersion, .staleTerm, .invalid, .unknownStream,
    ])
    func errorsKeepTheirCodeAndMessage(_ code: QueueError.Code) async throws {
        try await withRemote { node, remote, _ in
            node.fail(with: QueueError(code, "because"))
            do throws(QueueError) {
                try await remote.append([numbered(1, [1])])
                Issue.record("no error")
            } catch {
                #expect(error.code == code)
                #expect(error.message == "because")
            }
            #expect(
                await queueCode { () async throws(QueueError) in try await remote.open([key], topic: topic) } == code)
        }
    }

    /// Otherwise a consumer would end for good when one node of several is restarted.
    @Test func aNodeThatClosesIsAwayForNowOnly() async throws {
        try await withRemote { node, remote, _ in
            node.fail(with: QueueError(.closed, "node q1 is closed"))
            #expect(
                await queueCode { () async throws(QueueError) in try await remote.open([key], topic: topic) }
                    == .temporary)
        }
    }

    @Test func waitingFetchesDoNotStandInTheWayOfAppends() async throws {
        try await withRemote { _, remote, _ in
            try await remote.open([key], topic: topic)
            async let fetched = remote.fetch(
                topic, after: [partition: Cursor()], maxBytes: 100, waitMilliseconds: 20_000)
            try await remote.append([numbered(1, [9])])
            #expect(try await fetched.count == 1)
        }
    }

    @Test func aFetchThatFindsNothingIsEmpty() async throws {
        try await withRemote { _, remote, _ in
            let frames = try await remote.fetch(
                topic, after: [partition: Cursor()], maxBytes: 100, waitMilliseconds: 20)
            #expect(frames.isEmpty)
        }
    }

    @Test func aNodeThatIsGoneIsTemporary() async throws {
        try await withRemote { _, remote, server in
            try await remote.open([key], topic: topic)
            await server.stop(graceMilliseconds: 0)
            #expect(
                await queueCode { () async throws(QueueError) in try await remote.append([numbered(1, [1])]) }
                    == .temporary)
            #expect(await queueCode { () async throws(QueueError) in try await remote.stats() } == .temporary)
        }
    }

    @Test func aClosedRemoteNodeIsClosed() async throws {
        try await withRemote { _, remote, _ in
            await remote.close()
            #expect(
                await queueCode { () async throws(QueueError) in try await remote.append([numbered(1, [1])]) }
                    == .closed)
        }
    }

    private func eventually(_ what: String, _ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("never happened: \(what)")
    }
}
