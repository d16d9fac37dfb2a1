import NIOCore
import Testing

@testable import Wire

/// What all connections of a server together may hold.
@Suite struct ServerRoomTests {
    private var limits: WireLimits {
        var limits = WireLimits()
        limits.serverOutstandingBytes = 30_000
        return limits
    }

    private func request(_ name: String) -> [UInt8] {
        RawBytes.frame(control: Array(name.utf8), payload: [UInt8](repeating: 7, count: 20_000))
    }

    private func answers(of peer: RawPeer) -> Int { (try? RawBytes.parse(peer.bytes))?.frames.count ?? 0 }

    @Test func connectionsTakeTurnsInTheRoomOfTheServer() async throws {
        let held = Recorder<WireReply>()
        try await withServer(limits: limits, handler: ClosureHandler { _, reply in held.append(reply) }) { server, _ in
            var peers: [RawPeer] = []
            for _ in 0..<5 {
                let peer = try await RawPeer(server.address)
                peer.say(RawBytes.hello() + request("r"))
                peers.append(peer)
            }
            for index in 0..<5 {
                try await eventually("request \(index) is running") { held.values.count > index }
                #expect(held.values.count == index + 1)
                held.values[index].succeed(WireResponse())
            }
            try await eventually("all are answered") { peers.allSatisfy { answers(of: $0) == 1 } }
            for peer in peers { peer.close() }
        }
    }

    /// The pong tells that the length of the frame behind the ping has been read.
    private func beginning(_ server: WireServer) async throws -> RawPeer {
        let peer = try await RawPeer(server.address)
        peer.say(RawBytes.hello() + RawBytes.frame(type: 4, id: 9) + request("first").prefix(1_000))
        try await eventually("the frame has begun") { answers(of: peer) == 1 }
        return peer
    }

    private func waiting(_ server: WireServer) async throws -> RawPeer {
        let peer = try await RawPeer(server.address)
        try await peer.channel.writeAndFlush(ByteBuffer(bytes: RawBytes.hello() + request("second"))).get()
        try await eventually("it is greeted") { !peer.bytes.isEmpty }
        return peer
    }

    @Test func aFrameThatIsStillComingHasItsRoom() async throws {
        let seen = Recorder<String>()
        let handler = ClosureHandler { request, reply in
            seen.append(String(buffer: request.control))
            reply.succeed(WireResponse())
        }
        try await withServer(limits: limits, handler: handler) { server, _ in
            let first = try await beginning(server)
            let second = try await waiting(server)
            first.say(Array(request("first").dropFirst(1_000)))
            try await eventually("both were handled") { seen.values.count == 2 }
            #expect(seen.values == ["first", "second"])
            first.close()
            second.close()
        }
    }

    @Test func aConnectionThatEndsGivesItsRoomBack() async throws {
        try await withServer(limits: limits) { server, client in
            let gone = try await beginning(server)
            let goneInLine = try await waiting(server)
            let second = try await waiting(server)
            goneInLine.close()
            #expect(answers(of: second) == 0)
            gone.close()
            try await eventually("the second is answered") { answers(of: second) == 1 }
            second.close()
            _ = try await client.ask(method, payload: ByteBuffer(repeating: 7, count: 20_000))
        }
    }

    @Test func whatIsLargerThanTheRoomGoesAlone() async throws {
        try await withServer(limits: limits) { _, client in
            for _ in 0..<3 {
                _ = try await client.ask(method, payload: ByteBuffer(repeating: 7, count: 100_000))
            }
        }
    }
}
