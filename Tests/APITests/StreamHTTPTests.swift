import Foundation
import StatuscastModel
import Testing

@testable import API

@Suite(.timeLimit(.minutes(2)))
struct StreamHTTPTests {
    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    private func events(_ world: FrontWorld, _ path: String, _ token: String? = nil) throws -> RawStream {
        let stream = try RawStream(port: world.port)
        let header = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        stream.send("GET /api/v1/streaming\(path) HTTP/1.1\r\nHost: x\r\n\(header)\r\n")
        return stream
    }

    private func socket(_ world: FrontWorld, _ query: String, _ headers: String = "") throws -> RawStream {
        let stream = try RawStream(port: world.port)
        stream.send(
            "GET /api/v1/streaming\(query) HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(headers)\r\n")
        return stream
    }

    @Test func eventsComeOnceAndLateOnesToo() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let home = Address.home(alice)
            try world.deliver(id(1), by: alice, named: "alice", "before", to: [home])
            let stream = try events(world, "/user", "t")
            #expect(try await stream.comes("\r\n\r\n3\r\n:)\n\r\n"))
            #expect(stream.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(stream.text.contains("X-Accel-Buffering: no\r\n"))
            #expect(stream.text.lowercased().contains("content-type: text/event-stream\r\n"))
            try world.deliver(id(9), by: alice, named: "alice", "nine", to: [home])
            world.holder.announce(home)
            #expect(try await stream.comes("<p>nine</p>"))
            // Later, with a lower id, and the other once more in another lane.
            try world.deliver(id(5), by: alice, named: "alice", "five", to: [home], lane: .bulk)
            try world.deliver(id(9), by: alice, named: "alice", "nine", to: [home], lane: .bulk)
            world.holder.announce(home)
            #expect(try await stream.comes("<p>five</p>"))
            try world.deliver(id(10), by: alice, named: "alice", "ten", to: [.notifications(alice)])
            world.holder.announce(.notifications(alice))
            #expect(try await stream.comes("event: notification\ndata: {\"id\":\"\(id(10))\""))
            #expect(stream.text.components(separatedBy: "event: update\ndata: {").count == 3)
            #expect(!stream.text.contains("before"))
        }
    }

    @Test func onlyWhoMaySeeItIsTold() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let bob = world.store.addPerson("bob", token: "u")
            let stream = try events(world, "/user", "u")
            #expect(try await stream.comes(":)\n"))
            try world.deliver(
                id(1), by: alice, named: "alice", "secret", to: [.home(bob)], visibility: .private)
            try world.deliver(
                id(2), by: alice, named: "alice", "for others", to: [.home(bob)], visibility: .direct)
            try world.deliver(id(3), by: alice, named: "alice", "open", to: [.home(bob)])
            world.holder.announce(.home(bob))
            #expect(try await stream.comes("<p>open</p>"))
            #expect(!stream.text.contains("secret") && !stream.text.contains("for others"))
        }
    }

    @Test func deletesAreToldToThoseWhoHaveSeenIt() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "old #x", to: [.tag("x")])
            let tag = try events(world, "/hashtag?tag=X")
            let everybody = try events(world, "?stream=public")
            #expect(try await tag.comes(":)\n"))
            #expect(try await everybody.comes(":)\n"))
            try world.deliver(
                id(2), by: alice, named: "alice", "", to: [.tombstones], kind: .tombstone,
                target: StatusID(rawValue: id(1)))
            world.holder.announce(.tombstones)
            #expect(try await tag.comes("event: delete\ndata: \(id(1))\n\n"))
            try world.deliver(id(3), by: alice, named: "alice", "new", to: [.public])
            world.holder.announce(.public)
            #expect(try await everybody.comes("<p>new</p>"))
            #expect(!everybody.text.contains("delete"))
        }
    }

    @Test func aNewVersionGoesToThoseWhoHaveSeenTheStatus() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let bob = world.store.addPerson("bob", token: "u")
            let status = StatusID(rawValue: id(1))
            let home = try events(world, "/user", "t")
            let everybody = try events(world, "/public")
            #expect(try await home.comes(":)\n"))
            #expect(try await everybody.comes(":)\n"))
            try world.deliver(id(1), by: alice, named: "alice", "first", to: [.home(alice)])
            world.holder.announce(.home(alice))
            #expect(try await home.comes("<p>first</p>"))
            // Nobody but its author edits a status.
            try world.deliver(
                id(2), by: bob, named: "bob", "stolen", to: [.tombstones], kind: .edit, editOf: status)
            try world.deliver(
                id(3), by: alice, named: "alice", "second", to: [.tombstones], kind: .edit, editOf: status)
            world.holder.announce(.tombstones)
            #expect(try await home.comes("event: status.update\ndata: {\"id\":\"\(id(1))\""))
            #expect(try await home.comes("<p>second</p>"))
            try world.deliver(id(4), by: alice, named: "alice", "new", to: [.public])
            world.holder.announce(.public)
            #expect(try await everybody.comes("<p>new</p>"))
            #expect(!everybody.text.contains("status.update") && !home.text.contains("stolen"))
        }
    }

    @Test func nothingIsLostWithTheHolderAway() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            await world.stopHolder()
            let stream = try events(world, "/public")
            #expect(try await stream.comes(":)\n"))
            try world.deliver(id(1), by: alice, named: "alice", "polled", to: [.public])
            #expect(try await stream.comes("<p>polled</p>"))
        }
    }

    @Test func tokensThatAreNoneAreRefusedAtTheDoor() async throws {
        try await FrontWorld.run { world in
            _ = world.store.addPerson("alice", token: "t")
            for stream in [
                try events(world, "/user"), try events(world, "/user", "wrong"), try socket(world, "?access_token=no"),
                try socket(world, "", "Sec-WebSocket-Protocol: wrong\r\n"),
            ] {
                #expect(try await stream.comes("\"error\":"))
                #expect(stream.text.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
                #expect(try await stream.ends())
            }
            let unknown = try events(world, "?stream=nonsense", "t")
            #expect(try await unknown.comes("HTTP/1.1 400"))
            #expect(try await world.get("/api/v1/streaming/health").data == Data("OK".utf8))
            #expect(try await world.get("/api/v1/streaming/nothing").status == 404)
        }
    }

    @Test func aConnectionThatHasServedRequestsBecomesAStream() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let stream = try RawStream(port: world.port)
            stream.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await stream.comes("OK"))
            // The second before the first is answered.
            stream.send(
                "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /api/v1/streaming/public HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n\r\n")
            #expect(try await stream.comes(":)\n"))
            try world.deliver(id(1), by: alice, named: "alice", "hello", to: [.public])
            world.holder.announce(.public)
            #expect(try await stream.comes("<p>hello</p>"))
        }
    }

    @Test func framesSubscribeAndUnsubscribe() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let stream = try socket(world, "", "Sec-WebSocket-Protocol: t\r\n")
            #expect(try await stream.comes("\r\n\r\n"))
            #expect(stream.text.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
            stream.sendFrame(#"{"type":"subscribe","stream":"list","list":"1"}"#)
            #expect(try await stream.comes(#""status":401}"#))
            stream.sendFrame(#"{"type":"subscribe","stream":"user"}"#)
            stream.sendFrame(#"{"type":"subscribe","stream":"hashtag","tag":"X"}"#)
            stream.sendFrame("nonsense")
            #expect(try await stream.comes(#""status":400}"#))
            try world.deliver(id(1), by: alice, named: "alice", "hello #x", to: [.tag("x")])
            world.holder.announce(.tag("x"))
            #expect(try await stream.comes(#"{"stream":["hashtag","X"],"event":"update","payload":"{\"id\":"#))
            stream.sendFrame(#"{"type":"unsubscribe","stream":"hashtag","tag":"X"}"#)
            stream.sendFrame("more nonsense")
            #expect(try await stream.comes(#""status":400}"#, times: 2), "what came before it is done, too")
            try world.deliver(id(2), by: alice, named: "alice", "again #x", to: [.tag("x"), .home(alice)])
            world.holder.announce(.tag("x"))
            world.holder.announce(.home(alice))
            #expect(try await stream.comes(#"{"stream":["user"],"event":"update""#))
            #expect(stream.text.components(separatedBy: #"["hashtag","X"]"#).count == 2)
        }
    }

    @Test func aListStreamsWhatItsMembersWrite() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            _ = world.store.addPerson("cleo", token: "c")
            let bob = world.store.addPerson("bob", token: "b")
            let list = try await world.post("/api/v1/lists", "t", form: "title=friends").object()["id"] as? String ?? ""
            _ = try await world.post("/api/v1/lists/\(list)/accounts", "t", form: "account_ids[]=\(bob)")
            let stream = try events(world, "/list?list=\(list)", "t")
            #expect(try await stream.comes(":)\n"))
            #expect(try await events(world, "/list?list=\(list)", "c").comes("HTTP/1.1 401"), "it is not cleo's")
            try world.deliver(id(1), by: alice, named: "alice", "of my own", to: [.home(alice)])
            try world.deliver(id(2), by: bob, named: "bob", "of a member", to: [.home(alice)])
            world.holder.announce(.home(alice))
            #expect(try await stream.comes("of a member"))
            #expect(!stream.text.contains("of my own"))
        }
    }

    @Test func connectionsAreCounted() async throws {
        let live = FrontLive()
        try await FrontWorld.run { configuration in
            configuration.live = live
            configuration.streams.connectionsEach = 1
        } _: { world in
            let first = try events(world, "/public")
            #expect(try await first.comes(":)\n"))
            let second = try events(world, "/public")
            #expect(try await second.comes("HTTP/1.1 429"))
        }
    }

    @Test func aStreamThatIsNotReadIsClosed() async throws {
        try await FrontWorld.run {
            $0.streams.outgoingBytes = 64 << 10
        } _: { world in
            let alice = world.store.addPerson("alice", token: "t")
            let slow = try events(world, "/public")
            #expect(try await slow.comes(":)\n"))
            let long = String(repeating: "x ", count: 20_000)
            for number in 1...300 { try world.deliver(id(number), by: alice, named: "alice", long, to: [.public]) }
            world.holder.announce(.public)
            #expect(try await slow.ends())
            #expect(!slow.text.contains("\"\(id(300))\""))
        }
    }

    @Test func stoppingEndsStreams() async throws {
        let streams = try await withStream()
        #expect(try await streams.ends())
        #expect(streams.text.hasSuffix("0\r\n\r\n"))
    }

    private func withStream() async throws -> RawStream {
        nonisolated(unsafe) var stream: RawStream?
        try await FrontWorld.run { world in
            let opened = try events(world, "/public")
            #expect(try await opened.comes(":)\n"))
            stream = opened
        }
        return try #require(stream)
    }
}
