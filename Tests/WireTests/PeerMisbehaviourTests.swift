import NIOCore
import Testing

@testable import Wire

@Suite struct PeerMisbehaviourTests {
    @Test func garbageIsAnsweredWithAnErrorAndClosed() async throws {
        try await withServer { server, client in
            let peer = try await RawPeer(server.address)
            peer.say(Array("GET / HTTP/1.1\r\n\r\n".utf8))
            let heard = try RawBytes.parse(try await peer.hearToTheEnd())
            #expect(heard.hello?.errorCode == WireError.Code.invalid.rawValue)
            _ = try await client.ask(method)
        }
    }

    @Test func otherVersionsAreRefusedWithTheOnesSpoken() async throws {
        try await withServer { server, _ in
            let peer = try await RawPeer(server.address)
            peer.say(RawBytes.hello(lowest: 77, highest: 80))
            let heard = try RawBytes.parse(try await peer.hearToTheEnd())
            #expect(heard.hello?.errorCode == WireError.Code.unsupportedVersion.rawValue)
            #expect(heard.hello?.chosen == 0)
            #expect(heard.hello?.lowest == Hello.lowestVersion)
            #expect(heard.hello?.highest == Hello.highestVersion)
        }
    }

    @Test func aNewerPeerThatSpeaksThisVersionTooIsServed() async throws {
        try await withServer { server, _ in
            let peer = try await RawPeer(server.address)
            peer.say(RawBytes.hello(lowest: 1, highest: 9) + RawBytes.frame(id: 5, payload: [1, 2]))
            try await eventually("answered") { ((try? RawBytes.parse(peer.bytes))?.frames.count ?? 0) == 1 }
            let heard = try RawBytes.parse(peer.bytes)
            #expect(heard.hello?.chosen == Hello.highestVersion)
            #expect(heard.frames[0].id == 5)
            #expect(heard.frames[0].payload == ByteBuffer(bytes: [1, 2]))
            peer.close()
        }
    }

    @Test(arguments: [
        (RawBytes.big(UInt32.max), WireError.Code.tooLarge),
        (RawBytes.big(UInt32(3)), .invalid),
        (RawBytes.frame(type: 99), .invalid),
        (RawBytes.frame(flags: 1), .invalid),
        (RawBytes.frame(type: 2), .invalid),
        (RawBytes.big(UInt32(20)) + [1, 0, 1, 1] + RawBytes.big(UInt64(1)) + RawBytes.big(UInt64(50)), .invalid),
    ])
    func malformedFramesCloseTheConnection(_ bytes: [UInt8], _ expected: WireError.Code) async throws {
        try await withServer { server, client in
            let peer = try await RawPeer(server.address)
            peer.say(RawBytes.hello() + RawBytes.frame(id: 1) + bytes)
            let heard = try RawBytes.parse(try await peer.hearToTheEnd())
            #expect(heard.frames.map(\.id) == [1, 0])
            #expect(heard.frames.last?.error.code == expected)
            _ = try await client.ask(method)
        }
    }

    @Test func aRequestIdInUseIsMalformed() async throws {
        let held = Recorder<WireReply>()
        try await withServer(handler: ClosureHandler { _, reply in held.append(reply) }) { server, _ in
            let peer = try await RawPeer(server.address)
            peer.say(RawBytes.hello() + RawBytes.frame(id: 4) + RawBytes.frame(id: 4))
            let heard = try RawBytes.parse(try await peer.hearToTheEnd())
            #expect(heard.frames.last?.error.code == .invalid)
        }
    }

    @Test func halfAFrameIsNeverHandled() async throws {
        let seen = Recorder<Int>()
        let handler = ClosureHandler { request, reply in
            seen.append(request.payload.readableBytes)
            reply.succeed(WireResponse())
        }
        try await withServer(handler: handler) { server, client in
            let peer = try await RawPeer(server.address)
            let frame = RawBytes.frame(payload: [UInt8](repeating: 1, count: 1000))
            peer.say(RawBytes.hello() + frame.dropLast())
            try await eventually("greeted") { peer.bytes.count == Hello.bytes }
            peer.close()
            _ = try await client.ask(method, payload: ByteBuffer(bytes: [1, 2, 3]))
            #expect(seen.values == [3])
        }
    }

    @Test func aPeerThatSaysNothingIsClosed() async throws {
        var limits = WireLimits()
        limits.handshakeMilliseconds = 50
        try await withServer(limits: limits) { server, _ in
            let peer = try await RawPeer(server.address)
            #expect(try await peer.hearToTheEnd().isEmpty)
        }
    }

    @Test func aClientSaysWhyAServerOfAnotherVersionIsNoUse() async throws {
        let server = try await RawServer(answers: [RawBytes.hello(lowest: 5, highest: 6, error: 4)])
        let client = WireClient(address: server.address, group: group)
        #expect(await code { () async throws(WireError) in try await client.ask(method) } == .unsupportedVersion)
        await client.close()
        await server.close()
    }

    @Test(arguments: [
        Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
        RawBytes.hello(chosen: 1) + RawBytes.big(UInt32.max),
        RawBytes.hello(chosen: 1) + RawBytes.frame(type: 1),
        RawBytes.hello(lowest: 2, highest: 1, chosen: 1),
    ])
    func aClientGivesUpOnAServerThatTalksNonsense(_ bytes: [UInt8]) async throws {
        let server = try await RawServer(answers: [bytes])
        let client = WireClient(address: server.address, group: group)
        #expect(await code { () async throws(WireError) in try await client.ask(method) } == .temporary)
        await client.close()
        await server.close()
    }

    @Test func aClientGivesUpOnAServerThatFallsSilent() async throws {
        var limits = WireLimits()
        limits.quietMilliseconds = 30
        let server = try await RawServer(answers: [RawBytes.hello(chosen: 1)])
        let client = WireClient(address: server.address, limits: limits, group: group)
        let seen = await code { () async throws(WireError) in
            try await client.ask(method, deadlineMilliseconds: patience)
        }
        #expect(seen == .temporary)
        await client.close()
        await server.close()
    }
}
