import Foundation
import HashRing
import Peers
import Queue
import StatuscastModel
import Synchronization
import Testing

@testable import API

@Suite struct TimelineHTTPTests {
    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    @Test func pagesComeFromMemoryUntilAChangeIsAnnounced() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let home = Address.home(alice)
            try world.deliver(id(1), by: alice, named: "alice", "one", to: [home])
            #expect(try await world.get("/api/v1/timelines/home", "t").texts == ["<p>one</p>"])
            let calls = world.holder.state.withLock { $0.freshened + $0.watches }
            let storeCalls = world.store.state.withLock { $0.calls }
            // Not announced: nobody has to see it yet.
            try world.deliver(id(2), by: alice, named: "alice", "two", to: [home], lane: .bulk)
            for _ in 0..<20 {
                let page = try await world.get("/api/v1/timelines/home", "t")
                #expect(page.texts == ["<p>one</p>"] && page.header("X-Statuscast-Stale") == nil)
            }
            #expect(world.holder.state.withLock { $0.freshened + $0.watches } == calls)
            #expect(world.store.state.withLock { $0.calls } == storeCalls)
            world.holder.announce(home)
            try await eventually("the second status shows") {
                try await world.get("/api/v1/timelines/home", "t").texts == ["<p>two</p>", "<p>one</p>"]
            }
        }
    }

    @Test func pagesAreWalkedByTheirLinks() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            for number in 1...25 {
                try world.deliver(id(number), by: alice, named: "alice", "n\(number)", to: [.public], lane: .normal)
            }
            var seen: [String] = []
            var path: String? = "/api/v1/timelines/public?limit=10"
            while let next = path {
                let page = try await world.get(next)
                seen += page.ids
                let link = page.header("Link").flatMap {
                    $0.firstMatch(of: /^<http:\/\/localhost:3000([^>]+)>; rel="next"/)
                }
                path = link.map { String($0.1) }
            }
            #expect(seen == (1...25).reversed().map { String(id($0)) })
            let above = try await world.get("/api/v1/timelines/public?limit=2&min_id=\(id(5))")
            #expect(above.ids == [String(id(7)), String(id(6))])
            let since = try await world.get("/api/v1/timelines/public?limit=2&since_id=\(id(5))")
            #expect(since.ids == [String(id(25)), String(id(24))])
        }
    }

    @Test func aFilterThatKeepsHardlyAnythingDoesNotEndTheHistory() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let outbox = [Address.outbox(alice)]
            try world.deliver(id(1), by: alice, named: "alice", "#old", to: outbox)
            for number in 2...700 { try world.deliver(id(number), by: alice, named: "alice", "x", to: outbox) }
            let path = "/api/v1/accounts/\(alice)/statuses?tagged=old&limit=5"
            let first = try await world.get(path)
            #expect(first.ids == [])
            let link = first.header("Link")?.firstMatch(of: /max_id=([0-9]+)>; rel="next"/)
            let next = try #require(link?.1)
            #expect(try await world.get(path + "&max_id=\(next)").ids == [String(id(1))])
        }
    }

    @Test func outboxesOfNobodyDoNotExist() async throws {
        try await FrontWorld.run { world in
            let path = "/api/v1/accounts/12345/statuses"
            let sure = try await world.get(path)
            #expect(sure.status == 404)
            await world.stopStore()
            let unsure = try await world.get(path)
            #expect(unsure.status == 200)
        }
    }

    @Test func deletesOnDiskAreKnownBeforeAnythingIsShown() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "one", to: [.public])
            try world.deliver(
                id(3), by: alice, named: "alice", "", to: [.tombstones], kind: .tombstone,
                target: StatusID(rawValue: id(1)))
            await world.stopHolder()
            try await FrontWorld.run(sharing: world) { other in
                let page = try await other.get("/api/v1/timelines/public")
                #expect(page.status == 200 && page.ids == [])
                let deleted = try await other.get("/api/v1/statuses/\(id(1))")
                #expect(deleted.status == 404)
            }
        }
    }

    @Test func aDamagedDeleteIsNamedAndTheOthersCount() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            for number in 1...2 {
                try world.deliver(id(number), by: alice, named: "alice", "text", to: [.public])
                try world.deliver(
                    id(number + 2), by: alice, named: "alice", "", to: [.tombstones], kind: .tombstone,
                    target: StatusID(rawValue: id(number)))
            }
            let path = try #require(try world.files(of: .tombstones).first)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes[200] ^= 1
            try bytes.write(to: URL(fileURLWithPath: path))
            let errors = LoggedErrors()
            try await FrontWorld.run(sharing: world, logger: errors.logger) { other in
                let page = try await other.get("/api/v1/timelines/public")
                #expect(page.ids == [String(id(1))])
                #expect(errors.texts.contains { $0.contains("\(path) at byte 0") })
            }
        }
    }

    @Test func tagTimelinesFoldAndFilter() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "#Foo", to: [.tag("foo")])
            try world.deliver(id(2), by: alice, named: "alice", "#foo #bar", to: [.tag("foo"), .tag("bar")])
            #expect(try await world.get("/api/v1/timelines/tag/FOO").ids == [String(id(2)), String(id(1))])
            #expect(try await world.get("/api/v1/timelines/tag/foo?all[]=bar").ids == [String(id(2))])
            #expect(try await world.get("/api/v1/timelines/tag/foo?none[]=Bar").ids == [String(id(1))])
            #expect(try await world.get("/api/v1/timelines/tag/other").ids == [])
        }
    }

    @Test func tagTimelinesMergeAnyOfSeveralTags() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            for number in 1...30 {
                // Every sixth has both tags and lies in both mailboxes.
                let tags = (number.isMultiple(of: 2) ? ["even"] : []) + (number.isMultiple(of: 3) ? ["third"] : [])
                guard !tags.isEmpty else { continue }
                let text = tags.map { "#\($0)" }.joined(separator: " ")
                try world.deliver(id(number), by: alice, named: "alice", text, to: tags.map { .tag($0) })
            }
            let wanted = (1...30).filter { $0.isMultiple(of: 2) || $0.isMultiple(of: 3) }.map { String(id($0)) }
            let path = "/api/v1/timelines/tag/even?any[]=Third&any[]=even&any[]=no%20tag"
            var seen: [String] = []
            var next: String? = path + "&limit=7"
            while let page = next {
                let answer = try await world.get(page)
                seen += answer.ids
                next = answer.header("Link").flatMap {
                    $0.firstMatch(of: /^<http:\/\/localhost:3000([^>]+)>; rel="next"/).map { String($0.1) }
                }
            }
            #expect(seen == wanted.reversed())
            let above = try await world.get(path + "&limit=3&min_id=\(id(5))")
            #expect(above.ids == [9, 8, 6].map { String(id($0)) })
            let even = try await world.get(path + "&limit=40&none[]=third")
            #expect(even.ids.count == 10)
            let both = try await world.get(path + "&limit=40&all[]=third&all[]=even")
            #expect(both.ids == [30, 24, 18, 12, 6].map { String(id($0)) })
            // Never kept: a new one shows without an announcement.
            try world.deliver(id(31), by: alice, named: "alice", "#third", to: [.tag("third")])
            #expect(try await world.get(path + "&limit=40").ids.first == String(id(31)))
        }
    }

    @Test func outboxesShowWhatTheViewerMaySee() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "alice")
            let fan = world.store.addPerson("fan", token: "fan")
            let named = world.store.addPerson("named", token: "named")
            world.store.state.withLock { _ = $0.follows.insert([fan.rawValue, alice.rawValue]) }
            let outbox = [Address.outbox(alice)]
            try world.deliver(id(1), by: alice, named: "alice", "public", to: outbox)
            try world.deliver(id(2), by: alice, named: "alice", "private", to: outbox, visibility: .private)
            try world.deliver(
                id(3), by: alice, named: "alice", "direct", to: outbox, visibility: .direct,
                mentions: [.init(account: named, username: "named")])
            try world.deliver(id(4), by: alice, named: "alice", "reply", to: outbox, inReplyTo: StatusID(rawValue: 5))
            let path = "/api/v1/accounts/\(alice)/statuses"
            #expect(try await world.get(path, "alice").ids == [4, 3, 2, 1].map { String(id($0)) })
            #expect(try await world.get(path, "fan").ids == [4, 2, 1].map { String(id($0)) })
            #expect(try await world.get(path, "named").ids == [4, 3, 1].map { String(id($0)) })
            #expect(try await world.get(path).ids == [4, 1].map { String(id($0)) })
            #expect(try await world.get(path + "?exclude_replies=true&exclude_reblogs=1").ids == [String(id(1))])
            #expect(try await world.get(path + "?pinned=true").ids == [])
        }
    }

    @Test func notificationsAreMentionsAndFollows() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let bob = world.store.addPerson("bob", token: "u")
            let inbox = [Address.notifications(alice)]
            try world.deliver(
                id(1), by: bob, named: "bob", "@alice hi", to: inbox,
                mentions: [.init(account: alice, username: "alice")])
            try world.deliver(id(2), by: bob, named: "bob", "", to: inbox, kind: .follow)
            let all = try await world.get("/api/v1/notifications", "t").list()
            #expect(all.map { $0["type"] as? String } == ["follow", "mention"])
            #expect((all[1]["status"] as? [String: Any])?["id"] as? String == String(id(1)))
            #expect((all[0]["account"] as? [String: Any])?["acct"] as? String == "bob")
            #expect(try await world.get("/api/v1/notifications?types[]=mention", "t").ids == [String(id(1))])
            #expect(try await world.get("/api/v1/notifications?exclude_types[]=mention", "t").ids == [String(id(2))])
            #expect(try await world.get("/api/v1/notifications", "u").ids == [])
            #expect(try await world.get("/api/v1/notifications").status == 401)
        }
    }

    @Test func deletedStatusesLeaveKeptPages() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "one", to: [.public])
            try world.deliver(id(2), by: alice, named: "alice", "two", to: [.public])
            #expect(try await world.get("/api/v1/timelines/public").ids.count == 2)
            // Deleted elsewhere: the list of deletes grows.
            try world.deliver(
                id(3), by: alice, named: "alice", "", to: [.tombstones], kind: .tombstone,
                target: StatusID(rawValue: id(1)))
            world.holder.announce(.tombstones)
            try await eventually("the deleted one is gone") {
                try await world.get("/api/v1/timelines/public").ids == [String(id(2))]
            }
            // Deleted here: gone with the answer.
            #expect(try await world.send("DELETE", "/api/v1/statuses/\(id(2))", "t").status == 200)
            #expect(try await world.get("/api/v1/timelines/public").ids == [])
        }
    }

    @Test func withTheHolderAwayPagesAreReadFromDiskAndSaySo() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "one", to: [.public])
            #expect(try await world.get("/api/v1/timelines/public").header("X-Statuscast-Stale") == nil)
            await world.stopHolder()
            try await eventually("the page says that it may be behind") {
                try await world.get("/api/v1/timelines/public").header("X-Statuscast-Stale")
                    == "normal: no holder answers"
            }
            try world.deliver(id(2), by: alice, named: "alice", "two", to: [.public])
            let page = try await world.get("/api/v1/timelines/public")
            #expect(page.ids == [String(id(2)), String(id(1))])
            let started = ContinuousClock.now
            for _ in 0..<10 { #expect(try await world.get("/api/v1/timelines/public").ids.count == 2) }
            #expect(ContinuousClock.now - started < .seconds(4), "a dead holder must not delay everybody")
        }
    }

    @Test func aHolderThatForgotTheFrontOrCatchesUpIsNotTrusted() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "one", to: [.public])
            #expect(try await world.get("/api/v1/timelines/public").ids.count == 1)
            world.holder.state.withLock { $0.forgets = true }
            try world.deliver(id(2), by: alice, named: "alice", "two", to: [.public])
            try await eventually("the page is read again") {
                try await world.get("/api/v1/timelines/public").ids.count == 2
            }
            world.holder.state.withLock { $0.catchingUp = true }
            let page = try await world.get("/api/v1/timelines/tag/other")
            #expect(page.header("X-Statuscast-Stale") == "normal: catching up")
        }
    }

    @Test func withTheStoreAwayPostingAndReadingGoOn() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let stranger = AccountID(unixMilliseconds: 1_760_000_000_000, node: 1, sequence: 1)
            #expect(try await world.get("/api/v1/accounts/verify_credentials", "t").status == 200)
            await world.stopStore()
            let addresses = [Address.home(alice), .public, .tag("x")]
            try world.deliver(id(1), by: alice, named: "alice", "#x", to: addresses)
            try world.deliver(id(2), by: stranger, named: "stranger", "#x hi", to: addresses)
            for path in ["home", "public", "tag/x"] {
                let page = try await world.get("/api/v1/timelines/\(path)", "t")
                #expect(page.status == 200 && page.ids == [String(id(2)), String(id(1))])
                #expect(try (page.list().first?["account"] as? [String: Any])?["acct"] as? String == "stranger")
            }
            let posted = try await world.post(
                "/api/v1/statuses", "t", form: "status=still here @nobody&in_reply_to_id=\(id(9))")
            #expect(posted.status == 200)
            let own = try #require(try posted.object()["id"] as? String)
            #expect(try await world.get("/api/v1/statuses/\(own)", "t").status == 200)
            #expect(try await world.send("DELETE", "/api/v1/statuses/\(own)", "t").status == 200)
            #expect(try await world.get("/api/v1/accounts/verify_credentials", "t").status == 200)
            for answer in [
                try await world.post("/api/v1/accounts/\(stranger)/follow", "t"),
                try await world.get("/api/v1/timelines/home", "unknown token"),
                try await world.get("/api/v1/statuses/\(id(77))", "t"),
            ] {
                #expect(answer.status == 503 && answer.header("Retry-After") != nil)
            }
        }
    }

    @Test func changesOfAccountsAndTokensAreHeardOf() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "one", to: [.public])
            func shownName() async throws -> String? {
                (try await world.get("/api/v1/timelines/public", "t").list().first?["account"] as? [String: Any])?[
                    "display_name"]
                    as? String
            }
            #expect(try await shownName() == "")
            world.store.state.withLock { $0.accounts[alice.rawValue]?.displayName = "Alice" }
            #expect(try await shownName() == "")
            try await world.append(.accountChanged(Account(id: alice, username: "alice", createdUnixMilliseconds: 0)))
            try await eventually("the new name shows") { try await shownName() == "Alice" }
            let hash = Array(TokenHash(of: "t").data)
            try await world.append(.tokenRevoked(hash: hash))
            try await eventually("the token is refused") {
                try await world.get("/api/v1/timelines/public", "t").status == 401
            }
        }
    }
}
