import Foundation
import NIOCore
import NIOPosix
import Queue
import Testing
import Wire

@testable import QueueCluster

@Suite struct MalformedMessageTests {
    @Test func aNodeRefusesRequestsThatMakeNoSense() async throws {
        try await withRemote { node, _, server in
            let client = WireClient(address: server.address, group: MultiThreadedEventLoopGroup.singleton)
            for (method, control, payload) in try requests() {
                do throws(WireError) {
                    _ = try await client.call(
                        method, control: control, payload: payload, deadlineMilliseconds: 30_000)
                    Issue.record("\(method) was accepted")
                } catch {
                    #expect(ErrorCodes.queueError(error, node: "q1").code == .invalid)
                }
            }
            #expect(node.appendOrder.isEmpty)
            #expect(client.isConnected)
            await client.close()
        }
    }

    @Test func answersThatMakeNoSenseAreCorrupt() async throws {
        var header = QueueFrameHeader()
        header.key = key.message
        header.number = 1
        header.length = 5
        for (length, partitionNumber, payload) in [
            (5, 65_535, 4), (5, 65_535, 6), (5, 70_000, 5), (5, 3, 5), (0, 65_535, 0),
        ] {
            header.length = UInt32(length)
            header.key.partition = UInt32(partitionNumber)
            var fetched = QueueFetched()
            fetched.frames = [header]
            let response = WireResponse(
                control: try MessageBytes.encode(fetched), payload: ByteBuffer(repeating: 1, count: payload))
            try await expectCorrupt(response)
        }
        try await expectCorrupt(WireResponse(control: ByteBuffer(bytes: [0xFF, 0xFF, 0xFF])))
    }

    private struct Fixed: WireHandler {
        let response: WireResponse
        func handle(_ request: WireRequest, reply: WireReply) { reply.succeed(response) }
    }

    private func expectCorrupt(_ response: WireResponse) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let address = WireAddress.unix(path: "/tmp/queue-\(UUID().uuidString.prefix(13)).sock")
        let server = try await WireServer.start(address: address, handler: Fixed(response: response), group: group)
        let remote = RemoteNode(name: "q1", address: address, group: group)
        let code = await queueCode { () async throws(QueueError) in
            try await remote.fetch(topic, after: [partition: Cursor()], maxBytes: 100, waitMilliseconds: 0)
        }
        #expect(code == .corrupt)
        await remote.close()
        await server.stop(graceMilliseconds: 100)
    }

    private func requests() throws -> [(WireMethod, ByteBuffer, ByteBuffer)] {
        let noise = ByteBuffer(bytes: [0xFF, 0xFF, 0xFF, 0xFF])
        var list = QueueMethod.all.filter { $0 != QueueMethod.stats }.map { ($0, noise, ByteBuffer()) }

        for (length, number, partition, payload) in [
            (5, 1, 0, 4), (5, 1, 0, 6), (0, 1, 0, 0), (5, 0, 0, 5), (5, 1, 65_536, 5),
        ] {
            var header = QueueFrameHeader()
            header.key.partition = UInt32(partition)
            header.number = UInt64(number)
            header.length = UInt32(length)
            var append = QueueAppend()
            append.topic = topic
            append.frames = [header]
            list.append((QueueMethod.append, try MessageBytes.encode(append), ByteBuffer(repeating: 1, count: payload)))
        }
        var open = QueueOpenStreams()
        var wrongKey = QueueStreamKey()
        wrongKey.partition = 65_536
        open.streams = [wrongKey]
        list.append((QueueMethod.open, try MessageBytes.encode(open), ByteBuffer()))

        var commit = QueueCommit()
        commit.cursors = [QueuePartitionCursor(), QueuePartitionCursor()]
        list.append((QueueMethod.commit, try MessageBytes.encode(commit), ByteBuffer()))

        var announce = QueueAnnounce()
        announce.partition = .max
        list.append((QueueMethod.announce, try MessageBytes.encode(announce), ByteBuffer()))
        return list
    }
}
