import Foundation
import HashRing
import Peers
import Queue
import StatuscastModel
import SwiftProtobuf
import Synchronization
import Testing

@testable import API

@Suite struct StatusHTTPTests {
    private func events(_ world: FrontWorld) throws -> [ReceiveEvent] {
        try world.queue.items(of: Topics.receive).flatMap { try ItemBatch.items(of: $0) }.map {
            try ReceiveEvent(decoding: $0)
        }
    }

    @Test func aPostedStatusIsOnTheQueueAndReadableAtOnce() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            world.store.addPerson("bob", token: "u")
            let json =
                #"{"status":"hi @bob & <all> #Foo","visibility":"unlisted","spoiler_text":"cw","language":"en","sensitive":false}"#
            let posted = try await world.send(
                "POST", "/api/v1/statuses", "t", body: Data(json.utf8), type: "application/json")
            #expect(posted.status == 200)
            let status = try posted.object()
            let id = try #require(status["id"] as? String)
            #expect(status["url"] as? String == "http://localhost:3000/@alice/\(id)")
            #expect((status["content"] as? String)?.contains("&lt;all&gt;") == true)
            #expect((status["mentions"] as? [[String: Any]])?.first?["username"] as? String == "bob")
            #expect((status["tags"] as? [[String: Any]])?.first?["name"] as? String == "foo")
            #expect((status["account"] as? [String: Any])?["acct"] as? String == "alice")
            #expect((status["application"] as? [String: Any])?["name"] as? String == "app")
            #expect((status["application"] as? [String: Any])?["website"] as? String == "https://app.example")
            guard case .post(let draft) = try events(world).first else { return #expect(Bool(false), "nothing posted") }
            #expect(draft.id.description == id && draft.author == alice && draft.visibility == .unlisted)
            #expect(draft.sensitive && draft.spoiler == "cw" && draft.language == "en")
            for token in [nil, "u", "t"] {
                #expect(
                    try await world.get("/api/v1/statuses/\(id)", token).object()["spoiler_text"] as? String == "cw")
            }
            #expect(try await world.get("/api/v1/statuses?id[]=\(id)&id[]=5").ids == [id])
        }
    }

    @Test func requestsWithOneKeyMakeOneStatus() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            let ids = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await world.post("/api/v1/statuses", "t", form: "status=once", key: "k1").object()["id"]
                            as? String
                    }
                }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(try events(world).count == 1)
            let other = try await world.post("/api/v1/statuses", "t", form: "status=twice", key: "k2")
            #expect(try other.object()["id"] as? String != ids.first ?? nil)
            let long = String(repeating: "k", count: 129)
            #expect(try await world.post("/api/v1/statuses", "t", form: "status=x", key: long).status == 422)
        }
    }

    @Test func whatArrivesTogetherIsAppendedTogether() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<60 {
                    group.addTask { try await world.post("/api/v1/statuses", "t", form: "status=n\(index)").status }
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(try Set(events(world).map { String(describing: $0) }).count == 60)
            #expect(world.queue.state.withLock { $0.appends } < 60)
        }
    }

    @Test(arguments: [QueueError.Code.full, .temporary, .closed])
    func aQueueThatCannotTakeAStatusMeans503AndLaterItWorks(_ code: QueueError.Code) async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            world.queue.fail(code)
            let refused = try await world.post("/api/v1/statuses", "t", form: "status=x", key: "k")
            #expect(refused.status == 503 && refused.header("Retry-After") != nil)
            world.queue.fail(nil)
            #expect(try await world.post("/api/v1/statuses", "t", form: "status=x", key: "k").status == 200)
            #expect(try events(world).count == 1)
        }
    }

    @Test func repliesNameTheirParentAndGetAHigherID() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            world.store.addPerson("bob", token: "u")
            let parent = try #require(
                try await world.post("/api/v1/statuses", "t", form: "status=a").object()["id"] as? String)
            let reply = try await world.post("/api/v1/statuses", "u", form: "status=b&in_reply_to_id=\(parent)")
                .object()
            #expect(reply["in_reply_to_id"] as? String == parent)
            #expect(reply["in_reply_to_account_id"] as? String == alice.description)
            let ids = try [#require(reply["id"] as? String), parent].map { try #require(UInt64($0)) }
            #expect(ids[0] > ids[1])
            let hidden = try await world.post("/api/v1/statuses", "t", form: "status=a&visibility=direct").object()
            let hiddenID = try #require(hidden["id"] as? String)
            let refused = try await world.post("/api/v1/statuses", "u", form: "status=b&in_reply_to_id=\(hiddenID)")
            #expect(refused.status == 404)
            #expect(refused.error == "The post you are trying to reply to does not appear to exist.")
        }
    }

    @Test func onlyThoseWhomItConcernsSeeAStatus() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "alice")
            let fan = world.store.addPerson("fan", token: "fan")
            world.store.addPerson("named", token: "named")
            world.store.addPerson("other", token: "other")
            world.store.state.withLock { _ = $0.follows.insert([fan.rawValue, alice.rawValue]) }
            let everybody = ["alice", "fan", "named", "other", "anybody"]
            let readersOfPublic = try await readers(of: "public", world)
            #expect(readersOfPublic == everybody)
            #expect(try await readers(of: "unlisted", world) == everybody)
            #expect(try await readers(of: "private", world) == ["alice", "fan", "named"])
            #expect(try await readers(of: "direct", world) == ["alice", "named"])
        }
    }

    private func readers(of visibility: String, _ world: FrontWorld) async throws -> [String] {
        let posted = try await world.post("/api/v1/statuses", "alice", form: "status=@named&visibility=\(visibility)")
        let id = try #require(try posted.object()["id"] as? String)
        var readers: [String] = []
        for token in ["alice", "fan", "named", "other", nil] {
            let answer = try await world.get("/api/v1/statuses/\(id)", token)
            if answer.status == 200 { readers.append(token ?? "anybody") }
        }
        return readers
    }

    @Test func deletingIsForTheAuthorAndTakesEffectAtOnce() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            world.store.addPerson("bob", token: "u")
            let id = try #require(
                try await world.post("/api/v1/statuses", "t", form: "status=a%20%23b").object()["id"] as? String)
            #expect(try await world.send("DELETE", "/api/v1/statuses/\(id)", "u").status == 404)
            world.queue.fail(.temporary)
            #expect(try await world.send("DELETE", "/api/v1/statuses/\(id)", "t").status == 503)
            world.queue.fail(nil)
            #expect(try await world.get("/api/v1/statuses/\(id)").status == 200)
            let deleted = try await world.send("DELETE", "/api/v1/statuses/\(id)", "t")
            #expect(try deleted.object()["text"] as? String == "a #b")
            #expect(try await world.get("/api/v1/statuses/\(id)").status == 404)
            #expect(try await world.send("DELETE", "/api/v1/statuses/\(id)", "t").status == 404)
            guard case .delete(let delete) = try events(world).last else { return #expect(Bool(false), "no delete") }
            #expect(delete.status.description == id && delete.event.rawValue > delete.status.rawValue)
        }
    }

    @Test func aStatusIsReadThroughAnotherFrontBeforeTheStoreHasIt() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            let id = try #require(
                try await world.post("/api/v1/statuses", "t", form: "status=hello").object()["id"] as? String)
            try await FrontWorld.run(sharing: world) { other in
                let status = try await other.get("/api/v1/statuses/\(id)")
                #expect(status.status == 200)
                #expect(try (status.object()["account"] as? [String: Any])?["acct"] as? String == "alice")
                #expect(try await other.get("/api/v1/statuses/\((UInt64(id) ?? 0) ^ 1)").status == 404)
            }
        }
    }

    @Test func whileItsIssuerCannotBeAskedARecentStatusIsUnknownAndNotAbsent() async throws {
        try await FrontWorld.run { world in
            let now = UInt64(Date().timeIntervalSince1970 * 1000)
            let recent = StatusID(unixMilliseconds: now - 1_000, node: 900, sequence: 0)
            let answer = try await world.get("/api/v1/statuses/\(recent)")
            #expect(answer.status == 503 && answer.header("Retry-After") != nil)
            let old = StatusID(unixMilliseconds: now - 3_600_000, node: 900, sequence: 0)
            #expect(try await world.get("/api/v1/statuses/\(old)").status == 404)
            world.store.state.withLock { state in
                state.statuses[recent.rawValue] = .with {
                    $0.id = recent.rawValue; $0.refusedReason = "no"
                }
            }
            #expect(try await world.get("/api/v1/statuses/\(recent)").status == 404)
        }
    }

    @Test func aDoubleIsDeletedAndAnsweredAsWhatItStandsFor() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let original = StatusID(unixMilliseconds: 1_700_000_000_000, node: 5, sequence: 0)
            let record = try world.deliver(original.rawValue, by: alice, named: "alice", "once", to: [])
            let posted = try await world.post("/api/v1/statuses", "t", form: "status=once", key: "k").object()
            let double = try #require((posted["id"] as? String).flatMap { StatusID($0) })
            world.store.state.withLock { state in
                state.statuses[original.rawValue] = .with {
                    $0.id = original.rawValue
                    $0.record = Data(record)
                }
                state.statuses[double.rawValue] = .with {
                    $0.id = double.rawValue; $0.aliasOf = original.rawValue
                }
            }
            let reply = try await world.post("/api/v1/statuses", "t", form: "status=b&in_reply_to_id=\(double)")
                .object()
            #expect(reply["in_reply_to_id"] as? String == original.description)
            #expect(try await world.send("DELETE", "/api/v1/statuses/\(double)", "t").status == 200)
            guard case .delete(let delete) = try events(world).last else { return #expect(Bool(false), "no delete") }
            #expect(delete.status == original)
            await world.stopStore()
            #expect(try await world.get("/api/v1/statuses/\(double)").status == 404)
        }
    }

    @Test func manyStatusesAreOneQuestionToTheStore() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let ids = (0..<40).map { StatusID(unixMilliseconds: 1_700_000_000_000, node: 5, sequence: UInt8($0)) }
            for id in ids {
                let record = try world.deliver(id.rawValue, by: alice, named: "alice", "n", to: [])
                world.store.state.withLock { state in
                    state.statuses[id.rawValue] = .with {
                        $0.id = id.rawValue
                        $0.record = Data(record)
                    }
                }
            }
            let before = world.store.state.withLock { $0.calls }
            let query = ids.map { "id[]=\($0)" }.joined(separator: "&")
            #expect(try await world.get("/api/v1/statuses?\(query)").ids == ids.map(\.description))
            #expect(world.store.state.withLock { $0.calls } - before <= 2, "the statuses and their author")
        }
    }

    @Test func theStoreAnswersForWhatIsOlder() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let id = StatusID(unixMilliseconds: 1_700_000_000_000, node: 5, sequence: 0)
            let record = try world.deliver(id.rawValue, by: alice, named: "alice", "old", to: [])
            world.store.state.withLock { state in
                state.statuses[id.rawValue] = .with {
                    $0.id = id.rawValue
                    $0.record = Data(record)
                    $0.repliesCount = 3
                }
                state.statuses[5] = .with {
                    $0.id = 5; $0.aliasOf = id.rawValue
                }
                state.statuses[6] = .with {
                    $0.id = 6; $0.deleted = true
                }
            }
            let status = try await world.get("/api/v1/statuses/\(id)").object()
            #expect(status["content"] as? String == "<p>old</p>" && status["replies_count"] as? Int == 3)
            #expect(try await world.get("/api/v1/statuses/5").object()["id"] as? String == id.description)
            #expect(try await world.get("/api/v1/statuses/6").status == 404)
            #expect(try await world.send("DELETE", "/api/v1/statuses/\(id)", "t").status == 200)
        }
    }
}
