import Foundation
import HashRing
import Peers
import Queue
import StatuscastModel
import SwiftProtobuf
import Synchronization
import Testing

@testable import API

@Suite struct RuleHTTPTests {
    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    @Test func pagesLeaveOutWhomTheViewerBlocksOrMutes() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let home = Address.home(alice)
            let places: [Address] = [home, .public, .notifications(alice), .outbox(bob)]
            try world.deliver(id(1), by: bob, named: "bob", "from bob", to: places)
            let pages = [
                "/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications",
                "/api/v1/accounts/\(bob)/statuses",
            ]
            func counts() async throws -> [Int] {
                var counts: [Int] = []
                for page in pages { counts.append(try await world.get(page, "a").list().count) }
                return counts
            }
            #expect(try await counts() == [1, 1, 1, 1])
            let muted = try await world.post("/api/v1/accounts/\(bob)/mute", "a", form: "notifications=0&duration=60")
            #expect(try muted.object()["muting"] as? Bool == true)
            #expect(try muted.object()["muting_notifications"] as? Bool == false)
            #expect(try await counts() == [0, 0, 1, 1])
            let mutes = try await world.get("/api/v1/mutes", "a")
            #expect(try mutes.list().first?["mute_expires_at"] as? String != nil)
            #expect(mutes.header("Link") != nil)
            _ = try await world.post("/api/v1/accounts/\(bob)/unmute", "a")
            #expect(try await counts() == [1, 1, 1, 1])
            let blocked = try await world.post("/api/v1/accounts/\(bob)/block", "a")
            #expect(try blocked.object()["blocking"] as? Bool == true)
            #expect(try await counts() == [0, 0, 0, 0])
            #expect(try await world.get("/api/v1/blocks", "a").list().count == 1)
            #expect(try await world.get("/api/v1/timelines/public").list().count == 1, "others see it")
            _ = try await world.post("/api/v1/accounts/\(bob)/unblock", "a")
            #expect(try await counts() == [1, 1, 1, 1])
            _ = try await world.post("/api/v1/accounts/\(alice)/block", "b")
            #expect(try await counts() == [0, 0, 0, 0], "whom bob blocks sees nothing of bob")
        }
    }

    @Test func aKeptPageGoesWhenTheRulesOfItsViewerChange() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            try world.deliver(id(1), by: bob, named: "bob", "from bob", to: [.home(alice)])
            #expect(try await world.get("/api/v1/timelines/home", "a").list().count == 1)
            // Changed through another front: only the topic says so.
            world.store.rules.withLock { _ = $0.blocks.insert([alice.rawValue, bob.rawValue]) }
            #expect(try await world.get("/api/v1/timelines/home", "a").list().count == 1)
            try await world.append(.blocked(blocker: alice, blocked: bob))
            try await eventually("the page is put together anew") {
                try await world.get("/api/v1/timelines/home", "a").list().isEmpty
            }
            await world.stopStore()
            #expect(
                try await world.get("/api/v1/timelines/home", "a").list().isEmpty, "without the store the same holds")
        }
    }

    @Test func filtersAreKeptWithTheirKeywordsAndShowWhatTheyMeet() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            try world.deliver(id(1), by: bob, named: "bob", "I like brie", to: [.home(alice)])
            let made = try await world.send(
                "POST", "/api/v2/filters", "a",
                json: """
                    {"title":"Cheese","context":["home","thread"],"filter_action":"warn","expires_in":600,
                    "keywords_attributes":[{"keyword":"brie","whole_word":true},{"whole_word":false,"keyword":"fet"}]}
                    """)
            let filter = try made.object()
            #expect(filter["title"] as? String == "Cheese" && filter["expires_at"] as? String != nil)
            let words = (filter["keywords"] as? [[String: Any]] ?? []).map { $0["keyword"] as? String }
            #expect(words == ["brie", "fet"])
            let shown = try await world.get("/api/v1/timelines/home", "a").list().first
            let results = shown?["filtered"] as? [[String: Any]]
            #expect(results?.first?["keyword_matches"] as? [String] == ["brie"])

            let path = "/api/v2/filters/\(filter["id"] as? String ?? "")"
            _ = try await world.send("PUT", path, "a", form: "filter_action=hide")
            #expect(try await world.get(path, "a").object()["filter_action"] as? String == "hide")
            #expect(try await world.get("/api/v1/timelines/home", "a").list().isEmpty)

            let added = try await world.post(path + "/keywords", "a", form: "keyword=gouda&whole_word=1").object()
            let keyword = "/api/v2/filters/keywords/\(added["id"] as? String ?? "")"
            #expect(
                try await world.send("PUT", keyword, "a", form: "keyword=edam").object()["keyword"] as? String == "edam"
            )
            #expect(try await world.get(path + "/keywords", "a").list().count == 3)
            #expect(try await world.send("DELETE", keyword, "a").status == 200)
            #expect(try await world.get(keyword, "a").status == 404)
            #expect(try await world.get(path, "b").status == 404, "it is nobody else's")
            #expect(try await world.send("DELETE", path, "a").status == 200)
            #expect(try await world.get("/api/v2/filters", "a").list().isEmpty)
            #expect(try await world.post("/api/v2/filters", "a", form: "title=x&context[]=nowhere").status == 422)
        }
    }

    @Test func whatIsHeldShowsToItsAuthorAlone() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            world.store.addPerson("bob", token: "b")
            let posted = try await world.post("/api/v1/statuses", "a", form: "status=buy")
            let id = try #require(UInt64(posted.object()["id"] as? String ?? ""))
            #expect(try await world.get("/api/v1/statuses/\(id)", "b").status == 200)
            let bytes = try world.deliver(id, by: alice, named: "alice", "buy", to: [.outbox(alice)])
            world.store.state.withLock { state in
                var row = PeerStoredStatus()
                row.id = id
                row.held = true
                row.record = Data(bytes)
                state.statuses[id] = row
            }
            #expect(try await world.get("/api/v1/statuses/\(id)", "a").status == 200)
            #expect(try await world.get("/api/v1/statuses/\(id)", "b").status == 404)
            #expect(try await world.get("/api/v1/statuses/\(id)").status == 404)
            world.store.state.withLock { $0.statuses[id]?.held = false }
            #expect(try await world.get("/api/v1/statuses/\(id)", "b").status == 200)
        }
    }
}

extension FrontWorld {
    fileprivate func send(_ method: String, _ path: String, _ token: String, form: String) async throws -> Answer {
        try await send(method, path, token, body: Data(form.utf8), type: "application/x-www-form-urlencoded")
    }

    func send(_ method: String, _ path: String, _ token: String, json: String) async throws -> Answer {
        try await send(method, path, token, body: Data(json.utf8), type: "application/json")
    }
}
