import Foundation
import Peers
import StatuscastModel
import Synchronization
import Testing

@testable import API

/// Who gets a stream, and what is kept from it.
@Suite(.timeLimit(.minutes(2)))
struct StreamAudienceHTTPTests {
    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    private func stream(_ world: FrontWorld, _ path: String, _ headers: String) throws -> RawStream {
        let stream = try RawStream(port: world.port)
        stream.send("GET /api/v1/streaming\(path) HTTP/1.1\r\nHost: x\r\n\(headers)\r\n\r\n")
        return stream
    }

    @Test func whoWaitsForApprovalGetsNoStream() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            world.store.state.withLock { $0.tokens[TokenHash(of: "t").data]?.pending = true }
            let upgrade =
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer t"
            for refused in [
                try stream(world, "/user", "Authorization: Bearer t"),
                try stream(world, "/public", "Authorization: Bearer t"), try stream(world, "", upgrade),
            ] {
                #expect(try await refused.comes("pending approval"))
                #expect(refused.text.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
                #expect(try await refused.ends())
            }
        }
    }

    @Test func whatNoPageWouldShowIsNotStreamed() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let carol = world.store.addPerson("carol", token: "c")
            let dave = world.store.addPerson("dave", token: "d")
            _ = try await world.post("/api/v1/accounts/\(bob)/mute", "a")
            _ = try await world.post("/api/v1/accounts/\(carol)/block", "a")
            _ = try await world.send(
                "POST", "/api/v2/filters", "a",
                json: """
                    {"title":"Cheese","context":["home"],"filter_action":"hide",
                    "keywords_attributes":[{"keyword":"brie","whole_word":true}]}
                    """)
            let own = try stream(world, "/user", "Authorization: Bearer a")
            let everybody = try stream(world, "/public", "Authorization: Bearer a")
            let strangers = try stream(world, "/public", "Accept: */*")
            for each in [own, everybody, strangers] { #expect(try await each.comes(":)\n")) }
            let places: [Address] = [.home(alice), .public]
            try world.deliver(id(1), by: bob, named: "bob", "from the muted", to: places)
            try world.deliver(id(2), by: carol, named: "carol", "from the blocked", to: places)
            try world.deliver(id(3), by: dave, named: "dave", "about brie", to: places)
            try world.deliver(id(4), by: dave, named: "dave", "the last", to: places)
            for place in places { world.holder.announce(place) }
            for each in [own, everybody, strangers] { #expect(try await each.comes("<p>the last</p>")) }
            for each in [own, everybody] {
                #expect(!each.text.contains("from the muted") && !each.text.contains("from the blocked"))
            }
            #expect(!own.text.contains("about brie") && everybody.text.contains("about brie"))
            #expect(strangers.text.contains("from the muted") && strangers.text.contains("from the blocked"))
        }
    }

    @Test func reblogsOfWhatIsHiddenAreNotStreamed() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let carol = world.store.addPerson("carol", token: "c")
            let dave = world.store.addPerson("dave", token: "d")
            let eve = world.store.addPerson("eve", token: "e")
            _ = try await world.post("/api/v1/accounts/\(bob)/block", "a")
            world.store.state.withLock { $0.accounts[carol.rawValue]?.suspended = true }
            try world.deliver(id(52), by: dave, named: "dave", "deleted soon", to: [.public])
            #expect(try await world.get("/api/v1/timelines/public").ids == [String(id(52))])
            try world.deliver(
                id(90), by: dave, named: "dave", "", to: [.tombstones], kind: .tombstone,
                target: StatusID(rawValue: id(52)))
            world.holder.announce(.tombstones)
            try await eventually("the delete is known") {
                try await world.get("/api/v1/timelines/public").ids.isEmpty
            }
            let own = try stream(world, "/user", "Authorization: Bearer a")
            #expect(try await own.comes(":)\n"))
            func reblog(_ number: Int, of original: Int, by author: AccountID, _ name: String, _ text: String) throws {
                try world.deliver(
                    id(number), by: eve, named: "eve", text, to: [.home(alice)],
                    reblogged: .init(
                        status: StatusID(rawValue: id(original)), author: author, username: name, visibility: .public))
            }
            try reblog(1, of: 50, by: bob, "bob", "from the blocked")
            try reblog(2, of: 51, by: carol, "carol", "from the suspended")
            try reblog(3, of: 52, by: dave, "dave", "from the deleted")
            try reblog(4, of: 53, by: dave, "dave", "the last")
            world.holder.announce(.home(alice))
            #expect(try await own.comes("<p>the last</p>"))
            #expect(own.text.contains("\"reblog\":{\"id\":\"\(id(53))\""))
            #expect(!own.text.contains("from the"))
        }
    }

    @Test func whatIsSaidInAMutedThreadIsNotTold() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let root = try #require(
                try await world.post("/api/v1/statuses", "a", form: "status=root").object()["id"] as? String)
            try await world.post("/api/v1/statuses/\(root)/mute", "a").expectOK()
            let own = try stream(world, "/user", "Authorization: Bearer a")
            #expect(try await own.comes(":)\n"))
            let mentioned = [StatusRecord.Mention(account: alice, username: "alice")]
            try world.deliver(
                id(1), by: bob, named: "bob", "in the thread", to: [.notifications(alice)], mentions: mentioned,
                inReplyTo: StatusID(root))
            try world.deliver(
                id(2), by: bob, named: "bob", "elsewhere", to: [.notifications(alice)], mentions: mentioned)
            world.holder.announce(.notifications(alice))
            #expect(try await own.comes("<p>elsewhere</p>"))
            #expect(!own.text.contains("in the thread"))
        }
    }

    @Test func streamsAreCountedByTheClientBehindATrustedProxy() async throws {
        try await FrontWorld.run { configuration in
            configuration.live = FrontLive()
            configuration.streams.connectionsEach = 1
            configuration.trustedProxies = TrustedProxies("127.0.0.1") ?? TrustedProxies()
        } _: { world in
            let first = try stream(world, "/public", "X-Forwarded-For: 192.0.2.1")
            #expect(try await first.comes(":)\n"))
            let other = try stream(world, "/public", "X-Forwarded-For: 192.0.2.2")
            #expect(try await other.comes(":)\n"))
            let second = try stream(world, "/public", "X-Forwarded-For: 192.0.2.9, 192.0.2.1")
            #expect(try await second.comes("HTTP/1.1 429"))
        }
    }
}
