import Foundation
import HashRing
import Peers
import Queue
import StatuscastModel
import SwiftProtobuf
import Synchronization
import Testing

@testable import API

/// Favourites, bookmarks, pins, mutes, reblogs, threads and edits as clients see them, with a store that says what a
/// test wants.
@Suite struct InteractionHTTPTests {
    private func events(_ world: FrontWorld) throws -> [ReceiveEvent] {
        try world.queue.items(of: Topics.receive).flatMap { try ItemBatch.items(of: $0) }.map {
            try ReceiveEvent(decoding: $0)
        }
    }

    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    private func post(_ world: FrontWorld, _ form: String, _ token: String) async throws -> String {
        try #require(try await world.post("/api/v1/statuses", token, form: form).object()["id"] as? String)
    }

    @Test func whatOneDoesShowsAtOnceAndIsOneEvent() async throws {
        try await FrontWorld.run { world in
            let (alice, bob) = (world.store.addPerson("alice", token: "t"), world.store.addPerson("bob", token: "u"))
            let status = try await post(world, "status=hi", "t")
            for _ in 0..<2 {
                let answer = try await world.post("/api/v1/statuses/\(status)/favourite", "u").object()
                #expect(answer["favourited"] as? Bool == true && answer["favourites_count"] as? Int == 1)
            }
            try await world.post("/api/v1/statuses/\(status)/bookmark", "u").expectOK()
            let seen = try await world.get("/api/v1/statuses/\(status)", "u").object()
            #expect(seen["favourited"] as? Bool == true && seen["bookmarked"] as? Bool == true)
            #expect(try await world.get("/api/v1/statuses/\(status)", "t").object()["favourited"] as? Bool == false)
            #expect(try await world.get("/api/v1/favourites", "u").ids == [status])
            #expect(try await world.get("/api/v1/bookmarks", "u").ids == [status])
            #expect(
                try await world.get("/api/v1/statuses/\(status)/favourited_by", "u").list().first?["acct"] as? String
                    == "bob")
            try await world.post("/api/v1/statuses/\(status)/unfavourite", "u").expectOK()
            #expect(try await world.get("/api/v1/favourites", "u").ids.isEmpty)
            let done = try events(world).compactMap { event in
                if case .interaction(let interaction) = event { interaction } else { nil }
            }
            #expect(
                done.map(\.kind) == [.favourite, .bookmark, .favourite] && done.map(\.isOn) == [true, true, false])
            #expect(done.allSatisfy { $0.account == bob && $0.statusAuthor == alice && $0.trace != nil })
            #expect(done.map(\.event) == done.map(\.event).sorted())
        }
    }

    @Test func onlyOwnStatusesArePinnedAndNotTooMany() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            world.store.addPerson("bob", token: "u")
            var ids: [String] = []
            for number in 0...Limits.pinnedStatuses { ids.append(try await post(world, "status=n\(number)", "t")) }
            #expect(try await world.post("/api/v1/statuses/\(ids[0])/pin", "u").status == 422)
            for id in ids.dropLast() { try await world.post("/api/v1/statuses/\(id)/pin", "t").expectOK() }
            #expect(try await world.post("/api/v1/statuses/\(ids[Limits.pinnedStatuses])/pin", "t").status == 422)
            let pinned = "/api/v1/accounts/\(alice)/statuses?pinned=true"
            #expect(try await world.get(pinned, "u").ids == ids.dropLast().reversed())
            let answer = try await world.post("/api/v1/statuses/\(ids[1])/unpin", "t").object()
            #expect(answer["pinned"] as? Bool == false)
            #expect(try await world.get(pinned).ids.contains(ids[1]) == false)
            await world.stopStore()
            #expect(try await world.get(pinned).status == 200)
        }
    }

    @Test func whatIsHiddenCannotBeActedOn() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            world.store.addPerson("bob", token: "u")
            let secret = try await post(world, "status=secret&visibility=private", "t")
            let verbs = ["favourite", "bookmark", "mute", "reblog", "unreblog"]
            let paths = verbs.map { "/api/v1/statuses/\(secret)/\($0)" }
            for path in paths + ["/api/v1/statuses/99/favourite"] {
                #expect(try await world.post(path, "u").status == 404, "\(path)")
            }
            for part in ["context", "favourited_by", "reblogged_by", "history", "source"] {
                #expect(try await world.get("/api/v1/statuses/\(secret)/\(part)", "u").status == 404, "\(part)")
            }
            #expect(
                try await world.send(
                    "PUT", "/api/v1/statuses/\(secret)", "u", body: Data("status=x".utf8),
                    type: "application/x-www-form-urlencoded"
                ).status == 404)
            #expect(try events(world).count == 1)
        }
    }

    @Test func aPageServesOnWithoutItsCountsBeingPutTogetherAnew() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "one", to: [.home(alice)])
            let id = id(1)
            world.store.interactions.withLock {
                $0.reactions[id] = .with {
                    $0.status = id
                    $0.favourites = 3
                    $0.own = 1 << UInt32(Interaction.Kind.bookmark.rawValue)
                }
            }
            let home = "/api/v1/timelines/home"
            let first = try #require(try await world.get(home, "t").list().first)
            #expect(first["favourites_count"] as? Int == 3 && first["bookmarked"] as? Bool == true)
            let calls = world.store.interactions.withLock { $0.calls }
            #expect(calls == 1)
            for _ in 0..<5 { try await world.get(home, "t").expectOK() }
            #expect(world.store.interactions.withLock { $0.calls } == calls)
            try await world.post("/api/v1/statuses/\(id)/favourite", "t").expectOK()
            let then = try #require(try await world.get(home, "t").list().first)
            #expect(then["favourited"] as? Bool == true && then["favourites_count"] as? Int == 4)
            await world.stopStore()
            let away = try #require(try await world.get(home + "?limit=5", "t").list().first)
            #expect(away["favourited"] as? Bool == true && away["bookmarked"] as? Bool == true)
        }
    }

    @Test func aFavouriteIsToldWithItsStatusAndNotOfAMutedThread() async throws {
        try await FrontWorld.run { world in
            let (alice, bob) = (world.store.addPerson("alice", token: "t"), world.store.addPerson("bob", token: "u"))
            let status = try await post(world, "status=mine", "t")
            try world.deliver(
                id(1), by: bob, named: "bob", "", to: [.notifications(alice)], kind: .favourite,
                target: StatusID(status))
            try world.deliver(
                id(2), by: bob, named: "bob", "", to: [.notifications(alice)], kind: .favourite,
                target: StatusID(rawValue: 5))
            let told = try await world.get("/api/v1/notifications", "t").list()
            // The other tells of a status that is gone.
            #expect(told.count == 1 && told.first?["type"] as? String == "favourite")
            #expect((told.first?["status"] as? [String: Any])?["id"] as? String == status)
            #expect((told.first?["account"] as? [String: Any])?["acct"] as? String == "bob")
            try await world.post("/api/v1/statuses/\(status)/mute", "t").expectOK()
            #expect(try await world.get("/api/v1/notifications", "t").list().isEmpty)
            try await world.post("/api/v1/statuses/\(status)/unmute", "t").expectOK()
            #expect(try await world.get("/api/v1/notifications", "t").list().count == 1)
        }
    }

    @Test func aThreadShowsWhatWasPostedAMomentAgoInOrder() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            world.store.addPerson("bob", token: "u")
            let root = try await post(world, "status=root", "t")
            let first = try await post(world, "status=first&in_reply_to_id=\(root)", "u")
            let second = try await post(world, "status=second&in_reply_to_id=\(root)", "t")
            let below = try await post(world, "status=below&in_reply_to_id=\(first)", "t")
            let secret = try await post(world, "status=secret&in_reply_to_id=\(root)&visibility=direct", "t")
            func context(_ id: String, _ token: String) async throws -> [[String]] {
                let answer = try await world.get("/api/v1/statuses/\(id)/context", token).object()
                return ["ancestors", "descendants"].map { name in
                    (answer[name] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
                }
            }
            #expect(try await context(root, "u") == [[], [first, below, second]])
            #expect(try await context(root, "t") == [[], [first, below, second, secret]])
            #expect(try await context(below, "u") == [[root, first], []])
            #expect(try await world.send("DELETE", "/api/v1/statuses/\(second)", "t").status == 200)
            #expect(try await context(root, "u") == [[], [first, below]])
        }
    }

    /// The store has decided on it.
    private func accept(_ status: String, _ world: FrontWorld, held: Bool = false, refused: String = "") throws {
        let id = try #require(UInt64(status))
        world.store.state.withLock { state in
            state.statuses[id] = .with {
                $0.id = id
                $0.held = held
                $0.refusedReason = refused
                $0.record = Data([1])
            }
        }
    }

    @Test func whatIsNotDecidedYetOrWaitsForAnOperatorIsNotPassedOn() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            let status = try await post(world, "status=who knows", "t")
            async let waiting = world.post("/api/v1/statuses/\(status)/reblog", "t")
            try accept(status, world)
            #expect(try await waiting.status == 200)
            let other = try await post(world, "status=held", "t")
            try accept(other, world, held: true)
            #expect(try await world.post("/api/v1/statuses/\(other)/reblog", "t").status == 403)
            try accept(other, world, refused: "no")
            #expect(try await world.post("/api/v1/statuses/\(other)/reblog", "t").status == 404)
            #expect(try events(world).count == 3)
        }
    }

    @Test func aReblogEmbedsItsOriginalAndIsTakenBack() async throws {
        try await FrontWorld.run { world in
            let (alice, bob) = (world.store.addPerson("alice", token: "t"), world.store.addPerson("bob", token: "u"))
            let status = try await post(world, "status=said&spoiler_text=cw", "t")
            try accept(status, world)
            let first = try await world.post("/api/v1/statuses/\(status)/reblog", "u", form: "visibility=unlisted")
                .object()
            let reblog = try #require(first["id"] as? String)
            #expect(first["reblogged"] as? Bool == true && first["visibility"] as? String == "unlisted")
            #expect((first["account"] as? [String: Any])?["acct"] as? String == "bob")
            let inner = try #require(first["reblog"] as? [String: Any])
            #expect(inner["id"] as? String == status && inner["spoiler_text"] as? String == "cw")
            #expect((inner["account"] as? [String: Any])?["acct"] as? String == "alice")
            #expect(inner["reblogged"] as? Bool == true && inner["reblogs_count"] as? Int == 1)
            // Again, and of the reblog: the same.
            for id in [status, reblog] {
                #expect(try await world.post("/api/v1/statuses/\(id)/reblog", "u").object()["id"] as? String == reblog)
            }
            #expect(try await world.get("/api/v1/statuses/\(reblog)", "t").status == 200)
            try await FrontWorld.run(sharing: world) { other in
                let seen = try await other.get("/api/v1/statuses/\(reblog)", "t").object()
                #expect((seen["reblog"] as? [String: Any])?["id"] as? String == status)
                #expect((seen["account"] as? [String: Any])?["acct"] as? String == "bob")
            }
            #expect(
                try await world.get("/api/v1/statuses/\(status)/reblogged_by", "u").list().first?["acct"] as? String
                    == "bob")
            let back = try await world.post("/api/v1/statuses/\(status)/unreblog", "u").object()
            #expect(back["id"] as? String == status && back["reblogged"] as? Bool == false)
            #expect(back["reblog"] is NSNull && back["reblogs_count"] as? Int == 0)
            #expect(try await world.get("/api/v1/statuses/\(reblog)", "u").status == 404)
            let events = try events(world)
            #expect(events.count == 3)
            guard case .reblog(let draft) = events[1], case .delete(let delete) = events[2] else {
                return #expect(Bool(false), "\(events)")
            }
            #expect(draft.author == bob && draft.original.author == alice && draft.visibility == .unlisted)
            #expect(delete.status == draft.id && delete.author == bob)
            let secret = try await post(world, "status=secret&visibility=private", "t")
            try accept(secret, world)
            #expect(
                try await world.post("/api/v1/statuses/\(secret)/reblog", "t").object()["visibility"] as? String
                    == "private")
        }
    }

    @Test func reblogsStandInTimelinesAndGoWithTheirOriginal() async throws {
        try await FrontWorld.run { world in
            let (alice, bob) = (world.store.addPerson("alice", token: "t"), world.store.addPerson("bob", token: "u"))
            let outbox = Address.outbox(bob)
            try world.deliver(id(1), by: alice, named: "alice", "original", to: [.outbox(alice)])
            try world.deliver(
                id(2), by: bob, named: "bob", "original", to: [.home(alice), outbox, .notifications(alice)],
                reblogged: .init(
                    status: StatusID(rawValue: id(1)), author: alice, username: "alice", visibility: .public))
            try world.deliver(id(3), by: bob, named: "bob", "own", to: [.home(alice), outbox])
            let home = try await world.get("/api/v1/timelines/home", "t").list()
            #expect(home.compactMap { $0["id"] as? String } == [String(id(3)), String(id(2))])
            #expect((home.last?["reblog"] as? [String: Any])?["content"] as? String == "<p>original</p>")
            let path = "/api/v1/accounts/\(bob)/statuses"
            #expect(try await world.get(path).ids == [String(id(3)), String(id(2))])
            #expect(try await world.get(path + "?exclude_reblogs=1").ids == [String(id(3))])
            let told = try await world.get("/api/v1/notifications", "t").list()
            #expect(told.first?["type"] as? String == "reblog")
            #expect((told.first?["status"] as? [String: Any])?["id"] as? String == String(id(1)))
            #expect(try await world.get("/api/v1/accounts/\(alice)/statuses").ids == [String(id(1))])
            #expect(try await world.send("DELETE", "/api/v1/statuses/\(id(1))", "t").status == 200)
            #expect(try await world.get("/api/v1/timelines/home", "t").ids == [String(id(3))])
            #expect(try await world.get("/api/v1/notifications", "t").list().isEmpty)
        }
    }

    @Test func theNewestVersionShowsWhereverItsStatusLies() async throws {
        try await FrontWorld.run { world in
            let (alice, bob) = (world.store.addPerson("alice", token: "t"), world.store.addPerson("bob", token: "u"))
            try world.deliver(id(1), by: alice, named: "alice", "first", to: [.home(alice), .public])
            try world.deliver(
                id(2), by: bob, named: "bob", "first", to: [.public],
                reblogged: .init(
                    status: StatusID(rawValue: id(1)), author: alice, username: "alice", visibility: .public))
            #expect(try await world.get("/api/v1/timelines/home", "t").texts == ["<p>first</p>"])
            let edited = try await world.send(
                "PUT", "/api/v1/statuses/\(id(1))", "t", body: Data(#"{"status":"second #new"}"#.utf8),
                type: "application/json"
            ).object()
            #expect(edited["edited_at"] is String && edited["id"] as? String == String(id(1)))
            #expect((edited["tags"] as? [[String: Any]])?.first?["name"] as? String == "new")
            func shows(_ text: String) async throws {
                for (path, token) in [("home", "t"), ("public", "u"), ("public", nil)] {
                    let page = try await world.get("/api/v1/timelines/\(path)", token).list()
                    #expect((page.last?["content"] as? String)?.contains(text) == true, "\(path)")
                    guard path == "public" else { continue }
                    let inner = page.first?["reblog"] as? [String: Any]
                    #expect((inner?["content"] as? String)?.contains(text) == true)
                }
            }
            try await shows("second")
            #expect(
                try await world.get("/api/v1/statuses/\(id(1))/source", "t").object()["text"] as? String
                    == "second #new")
            let history = try await world.get("/api/v1/statuses/\(id(1))/history", "u").list()
            #expect((history.last?["content"] as? String)?.contains("second") == true)
            // What another front or the judge has written there counts if it is newer, and once.
            let later = UInt64(Date().timeIntervalSince1970 * 1_000) + 5_000
            let event = StatusID(unixMilliseconds: later, node: 3, sequence: 0)
            try world.deliver(
                event.rawValue, by: alice, named: "alice", "third", to: [.tombstones], kind: .edit,
                editOf: StatusID(rawValue: id(1)))
            try world.deliver(
                event.rawValue - 1, by: alice, named: "alice", "late", to: [.tombstones], kind: .edit,
                editOf: StatusID(rawValue: id(1)))
            // Nobody but its author edits a status.
            try world.deliver(
                event.rawValue + 1, by: bob, named: "bob", "stolen", to: [.tombstones], kind: .edit,
                editOf: StatusID(rawValue: id(1)))
            world.holder.announce(.tombstones)
            try await eventually("the newest version shows") {
                try await world.get("/api/v1/timelines/home", "t").texts == ["<p>third</p>"]
            }
            try await shows("third")
        }
    }
}

extension Answer {
    func expectOK(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(status == 200, "\(String(decoding: data, as: UTF8.self))", sourceLocation: sourceLocation)
    }
}
