import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Testing

@testable import API

@Suite struct PersonalHTTPTests {
    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    @Test func aListIsThePartOfTheHomeThatItsMembersWrote() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let cleo = world.store.addPerson("cleo", token: "c")
            try world.deliver(id(1), by: bob, named: "bob", "from bob", to: [.home(alice)])
            try world.deliver(id(2), by: cleo, named: "cleo", "from cleo", to: [.home(alice)])
            try world.deliver(id(3), by: alice, named: "alice", "from alice", to: [.home(alice)])
            let made = try await world.post("/api/v1/lists", "a", form: "title=friends&replies_policy=none").object()
            let list = made["id"] as? String ?? ""
            #expect(made["replies_policy"] as? String == "none" && made["exclusive"] as? Bool == false)
            let page = "/api/v1/timelines/list/\(list)"
            #expect(try await world.get(page, "a").ids.isEmpty)
            let members = "/api/v1/lists/\(list)/accounts"
            #expect(try await world.post(members, "a", form: "account_ids[]=\(bob)").status == 200)
            #expect(try await world.get(members + "?limit=0", "a").ids == ["\(bob)"])
            #expect(try await world.get(page, "a").ids == ["\(id(1))"])
            #expect(try await world.get("/api/v1/accounts/\(bob)/lists", "a").ids == [list])
            #expect(try await world.get("/api/v1/accounts/\(cleo)/lists", "a").ids.isEmpty)
            #expect(try await world.get("/api/v1/timelines/home", "a").ids.count == 3)

            _ = try await world.send("PUT", "/api/v1/lists/\(list)", "a", form: "title=best&exclusive=true")
            #expect(try await world.get("/api/v1/lists/\(list)", "a").object()["title"] as? String == "best")
            #expect(try await world.get("/api/v1/timelines/home", "a").ids == ["\(id(3))", "\(id(2))"])
            #expect(try await world.get(page, "a").ids == ["\(id(1))"], "what it keeps from the home it shows")
            #expect(try await world.get(page, "b").status == 404)
            #expect(try await world.get("/api/v1/lists/\(list)", "b").status == 404)

            _ = try await world.send("DELETE", members, "a", form: "account_ids[]=\(bob)")
            #expect(try await world.get(page, "a").ids.isEmpty)
            #expect(try await world.send("DELETE", "/api/v1/lists/\(list)", "a", form: "").status == 200)
            #expect(try await world.get("/api/v1/lists", "a").ids.isEmpty)
        }
    }

    @Test func repliesShowAsTheListWants() {
        let (owner, bob, cleo) = (AccountID(rawValue: 1), AccountID(rawValue: 2), AccountID(rawValue: 3))
        func reply(to account: AccountID?) -> Fragment {
            Fragment(
                StatusRecord(
                    kind: .status, id: 9, author: bob, inReplyTo: StatusID(rawValue: 4), inReplyToAccount: account,
                    text: "x"), authorUsername: "bob", authorDisplayName: "",
                site: Site(domain: "x", secure: false, title: "x"))
        }
        func shows(_ policy: StatusList.RepliesPolicy, _ repliedTo: AccountID?) -> Bool {
            let list = ViewerList(
                .with {
                    $0.id = 7
                    $0.members = [bob.rawValue]
                    $0.repliesPolicy = UInt32(policy.rawValue)
                })
            return list.shows(reply(to: repliedTo), to: owner)
        }
        for policy in StatusList.RepliesPolicy.allCases {
            #expect(shows(policy, nil) && shows(policy, bob) && shows(policy, owner))
        }
        #expect(!shows(.list, cleo) && !shows(.none, cleo) && shows(.followed, cleo))
    }

    @Test func notificationsArePutAwayOneByOneOrAllAtOnce() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let mention = StatusRecord.Mention(account: alice, username: "alice")
            for number in 1...3 {
                try world.deliver(
                    id(number), by: bob, named: "bob", "@alice \(number)", to: [.notifications(alice)],
                    mentions: [mention])
            }
            let path = "/api/v1/notifications"
            #expect(try await world.get(path, "a").ids == [3, 2, 1].map { "\(id($0))" })
            #expect(try await world.get("\(path)/\(id(2))", "a").object()["type"] as? String == "mention")
            #expect(try await world.get("\(path)/\(id(2))", "b").status == 404)
            #expect(try await world.get("\(path)/\(id(4))", "a").status == 404)
            func unread() async throws -> Int? {
                try await world.get(path + "/unread_count", "a").object()["count"] as? Int
            }
            #expect(try await unread() == 3)
            let marked =
                try await world.post(
                    "/api/v1/markers", "a", form: "notifications[last_read_id]=\(id(1))"
                ).object()["notifications"] as? [String: Any]
            #expect(marked?["last_read_id"] as? String == "\(id(1))" && marked?["version"] as? Int == 0)
            #expect(try await unread() == 2)
            let markers = try await world.get("/api/v1/markers?timeline[]=notifications&timeline[]=home", "a").object()
            #expect(markers["notifications"] != nil && markers["home"] == nil)

            #expect(try await world.post("\(path)/\(id(2))/dismiss", "a").status == 200)
            #expect(try await world.post("\(path)/\(id(2))/dismiss", "a").status == 404)
            #expect(try await world.get(path, "a").ids == [3, 1].map { "\(id($0))" })
            let grouped = try await world.get("/api/v2/notifications", "a").object()
            let groups = grouped["notification_groups"] as? [[String: Any]] ?? []
            #expect(groups.compactMap { $0["status_id"] as? String } == [3, 1].map { "\(id($0))" })
            #expect((grouped["accounts"] as? [Any])?.count == 1 && (grouped["statuses"] as? [Any])?.count == 2)
            #expect(try await world.post(path + "/clear", "a").status == 200)
            #expect(try await world.get(path, "a").ids.isEmpty)
            try world.deliver(
                id(4), by: bob, named: "bob", "@alice 4", to: [.notifications(alice)], mentions: [mention])
            world.holder.announce(.notifications(alice))
            try await eventually("what comes later shows") { try await world.get(path, "a").ids == ["\(id(4))"] }
        }
    }

    @Test func conversationsAreThreadsOfDirectStatuses() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let cleo = world.store.addPerson("cleo", token: "c")
            func direct(
                _ number: Int, _ author: AccountID, _ name: String, to: [(AccountID, String)], reply: Int? = nil
            )
                throws
            {
                try world.deliver(
                    id(number), by: author, named: name, "psst \(number)",
                    to: [.outbox(author)] + to.map { .notifications($0.0) }, visibility: .direct,
                    mentions: to.map { .init(account: $0.0, username: $0.1) },
                    inReplyTo: reply.map { StatusID(rawValue: id($0)) })
            }
            try direct(1, alice, "alice", to: [(bob, "bob")])
            try direct(2, bob, "bob", to: [(alice, "alice")], reply: 1)
            try direct(3, cleo, "cleo", to: [(alice, "alice")])
            try world.deliver(id(4), by: bob, named: "bob", "for all", to: [.notifications(alice)])
            let path = "/api/v1/conversations"
            let list = try await world.get(path, "a").list()
            #expect(list.map { $0["id"] as? String } == [3, 1].map { "\(id($0))" })
            #expect(list.map { $0["unread"] as? Bool } == [true, true])
            let thread = list.last
            #expect((thread?["last_status"] as? [String: Any])?["id"] as? String == "\(id(2))")
            #expect((thread?["accounts"] as? [[String: Any]])?.map { $0["username"] as? String } == ["bob"])
            #expect(try await world.get(path, "b").list().map { $0["unread"] as? Bool } == [false], "bob wrote last")
            #expect(try await world.get(path + "?max_id=\(id(3))", "a").ids == ["\(id(1))"])

            let read = try await world.post("\(path)/\(id(1))/read", "a").object()
            #expect(read["unread"] as? Bool == false)
            #expect(try await world.get(path, "a").list().map { $0["unread"] as? Bool } == [true, false])
            #expect(try await world.send("DELETE", "\(path)/\(id(3))", "a", form: "").status == 200)
            #expect(try await world.get(path, "a").ids == ["\(id(1))"])
            #expect(try await world.post("\(path)/\(id(3))/read", "a").status == 404)
        }
    }

    @Test func statusesWaitForTheirTime() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "a")
            world.store.addPerson("bob", token: "b")
            let made = try await world.post(
                "/api/v1/statuses", "a",
                form: "status=later&visibility=private&language=en&scheduled_at=2040-01-02T03:04:05.678%2B01:00"
            ).object()
            let id = made["id"] as? String ?? ""
            let parameters = made["params"] as? [String: Any]
            #expect(made["scheduled_at"] as? String == "2040-01-02T02:04:05.678Z" && made["content"] == nil)
            #expect(parameters?["text"] as? String == "later" && parameters?["visibility"] as? String == "private")
            let path = "/api/v1/scheduled_statuses"
            #expect(try await world.get(path, "a").ids == [id])
            #expect(try await world.get(path, "b").ids.isEmpty)
            #expect(try await world.get("\(path)/\(id)", "b").status == 404)
            let moved = try await world.send(
                "PUT", "\(path)/\(id)", "a", form: "scheduled_at=2041-01-02T03:04:05Z")
            #expect(try moved.object()["scheduled_at"] as? String == "2041-01-02T03:04:05.000Z")
            #expect(try await world.send("DELETE", "\(path)/\(id)", "a", form: "").status == 200)
            #expect(try await world.get("\(path)/\(id)", "a").status == 404)
            #expect(try await world.post("/api/v1/statuses", "a", form: "status=x&scheduled_at=soon").status == 422)
        }
    }

    @Test func tagsAreFollowedAndFeatured() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            try world.deliver(id(1), by: alice, named: "alice", "#Swift and #rust", to: [.outbox(alice)])
            try world.deliver(id(2), by: alice, named: "alice", "#swift", to: [.outbox(alice)])
            #expect(try await world.post("/api/v1/tags/Swift/follow", "a").object()["following"] as? Bool == true)
            #expect(try await world.get("/api/v1/tags/swift", "a").object()["following"] as? Bool == true)
            #expect(try await world.get("/api/v1/tags/swift").object()["following"] as? Bool == false)
            let followed = try await world.get("/api/v1/followed_tags", "a")
            #expect(try followed.list().map { $0["name"] as? String } == ["swift"] && followed.header("Link") != nil)
            #expect(try await world.post("/api/v1/tags/swift/unfollow", "a").object()["following"] as? Bool == false)
            #expect(try await world.get("/api/v1/followed_tags", "a").list().isEmpty)
            #expect(try await world.post("/api/v1/tags/a-b/follow", "a").status == 404)

            let suggested = try await world.get("/api/v1/featured_tags/suggestions", "a").list()
            #expect(suggested.map { $0["name"] as? String } == ["swift", "rust"])
            let featured = try await world.post("/api/v1/featured_tags", "a", form: "name=Swift").object()
            #expect(featured["name"] as? String == "swift" && featured["statuses_count"] as? String == "2")
            #expect(featured["last_status_at"] as? String == "2025-10-09")
            #expect(try await world.get("/api/v1/accounts/\(alice)/featured_tags").ids.count == 1)
            let path = "/api/v1/featured_tags/\(featured["id"] as? String ?? "")"
            #expect(try await world.send("DELETE", path, "a", form: "").status == 200)
            #expect(try await world.send("DELETE", path, "a", form: "").status == 404)
        }
    }

    @Test func aFilterMeetsSingleStatuses() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            for number in 1...2 {
                try world.deliver(id(number), by: bob, named: "bob", "text \(number)", to: [.home(alice)])
            }
            let filter = try await world.post("/api/v2/filters", "a", form: "title=x&context[]=home").object()
            let path = "/api/v2/filters/\(filter["id"] as? String ?? "")/statuses"
            let added = try await world.post(path, "a", form: "status_id=\(id(1))").object()
            #expect(added["status_id"] as? String == "\(id(1))")
            #expect(try await world.post(path, "a", form: "status_id=x").status == 404)
            #expect(try await world.get(path, "a").ids.count == 1)
            func matches() async throws -> [[[String]]] {
                try await world.get("/api/v1/timelines/home", "a").list().map { status in
                    (status["filtered"] as? [[String: Any]] ?? []).map { $0["status_matches"] as? [String] ?? [] }
                }
            }
            #expect(try await matches() == [[], [["\(id(1))"]]])
            let original = StatusRecord.Reblogged(
                status: StatusID(rawValue: id(1)), author: bob, username: "bob", visibility: .public)
            try world.deliver(id(3), by: bob, named: "bob", "text 1", to: [.home(alice)], reblogged: original)
            #expect(try await matches() == [[["\(id(1))"]], [], [["\(id(1))"]]], "a reblog is met as what it repeats")
            let one = "/api/v2/filters/statuses/\(added["id"] as? String ?? "")"
            #expect(try await world.get(one, "a").object()["status_id"] as? String == "\(id(1))")
            #expect(try await world.get(one, "b").status == 404)
            #expect(try await world.send("DELETE", one, "a", form: "").status == 200)
            #expect(try await matches() == [[], [], []])
        }
    }

    @Test func filtersOfTheFirstVersionAreKeywordsOfTheSecond() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "a")
            let made = try await world.post(
                "/api/v1/filters", "a", form: "phrase=brie&context[]=home&irreversible=true&whole_word=1"
            ).object()
            #expect(made["phrase"] as? String == "brie" && made["irreversible"] as? Bool == true)
            let second = try await world.get("/api/v2/filters", "a").list().first
            #expect(second?["title"] as? String == "brie" && second?["filter_action"] as? String == "hide")
            let path = "/api/v1/filters/\(made["id"] as? String ?? "")"
            let changed = try await world.send("PUT", path, "a", form: "phrase=feta&context[]=public&irreversible=0")
            #expect(try changed.object()["context"] as? [String] == ["public"])
            #expect(try await world.get("/api/v1/filters", "a").list().map { $0["phrase"] as? String } == ["feta"])
            #expect(try await world.send("DELETE", path, "a", form: "").status == 200)
            #expect(try await world.get("/api/v2/filters", "a").list().isEmpty)
            #expect(try await world.post("/api/v1/filters", "a", form: "context[]=home").status == 422)
        }
    }

    @Test(arguments: [
        ("2026-12-01T10:00:00Z", 1_796_119_200_000), ("2026-12-01 10:00", 1_796_119_200_000),
        ("2026-12-01T10:00:00.5+01:00", 1_796_115_600_500), ("2026-12-01T10:00:00-0130", 1_796_124_600_000),
        ("2024-02-29T00:00:00.123456Z", 1_709_164_800_123), ("1970-01-01T00:00:00Z", 0),
    ]) func momentsAreReadAsClientsWriteThem(text: String, milliseconds: UInt64) {
        #expect(Timestamp.unixMilliseconds(of: text) == milliseconds)
    }

    @Test(arguments: [
        "", "soon", "2026-13-01T10:00:00Z", "2026-12-01", "2026-12-01T25:00:00Z", "2026-12-01T10:00:00Zx",
        "2026-12-01T10:00:00.Z", "2026-12-01T10:00:00+1", "1969-12-31T00:00:00Z",
    ]) func whatIsNoMomentIsNone(text: String) { #expect(Timestamp.unixMilliseconds(of: text) == nil) }
}

extension FrontWorld {
    fileprivate func send(_ method: String, _ path: String, _ token: String, form: String) async throws -> Answer {
        try await send(method, path, token, body: Data(form.utf8), type: "application/x-www-form-urlencoded")
    }
}
