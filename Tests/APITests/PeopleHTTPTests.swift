import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Synchronization
import Testing

@testable import API

@Suite struct PeopleHTTPTests {
    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    private static let update = "/api/v1/accounts/update_credentials"
    private static let png = TwoColorPNG.encoded(width: 8, height: 8, palette: [0, 0, 0, 9, 9, 9]) { x, y in x > y }

    private func patch(_ world: FrontWorld, _ body: String, _ type: String) async throws -> Answer {
        try await world.send("PATCH", Self.update, "a", body: Data(body.utf8), type: type)
    }

    /// Text fields, and files by the field that they come as.
    private func upload(
        _ world: FrontWorld, _ texts: [String: String], _ files: [String: [UInt8]], _ token: String? = "a"
    ) async throws -> Answer {
        var body = Data()
        for (name, text) in texts {
            body += Data("--cut\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n".utf8)
        }
        for (name, bytes) in files {
            body += Data("--cut\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"x.exe\"\r\n".utf8)
            body += Data("Content-Type: text/html\r\n\r\n".utf8) + Data(bytes) + Data("\r\n".utf8)
        }
        return try await world.send(
            "PATCH", Self.update, token, body: body + Data("--cut--\r\n".utf8),
            type: "multipart/form-data; boundary=cut")
    }

    @Test func aProfileIsChangedHoweverItIsSent() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "a")
            let form = try await patch(
                world,
                "display_name=Ada&locked=true&bot=0&source[privacy]=unlisted&source[sensitive]=1"
                    + "&fields_attributes[1][name]=second&fields_attributes[0][name]=first"
                    + "&fields_attributes[0][value]=https%3A%2F%2Fexample.org%2F&fields_attributes[2][name]=",
                "application/x-www-form-urlencoded")
            let own = try form.object()
            #expect(form.status == 200 && own["display_name"] as? String == "Ada" && own["locked"] as? Bool == true)
            let fields = try #require(own["fields"] as? [[String: Any]])
            #expect(fields.compactMap { $0["name"] as? String } == ["first", "second"])
            #expect((fields.first?["value"] as? String)?.contains(#"<a href="https://example.org/""#) == true)
            let source = try #require(own["source"] as? [String: Any])
            #expect(source["privacy"] as? String == "unlisted" && source["sensitive"] as? Bool == true)
            #expect((source["fields"] as? [[String: Any]])?.first?["value"] as? String == "https://example.org/")

            let json = try await patch(
                world,
                #"{"note":"two\r\nlines","bot":true,"fields_attributes":[{"value":"v","name":"n"},{"name":"m"}]}"#,
                "application/json"
            ).object()
            #expect(json["display_name"] as? String == "Ada" && json["bot"] as? Bool == true)
            #expect((json["source"] as? [String: Any])?["note"] as? String == "two\nlines")
            #expect((json["fields"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["n", "m"])
            let parts = try await upload(world, ["source[language]": "de", "locked": "false"], [:]).object()
            #expect((parts["source"] as? [String: Any])?["language"] as? String == "de")
            #expect(parts["locked"] as? Bool == false)
            let seen = try await world.get("/api/v1/preferences", "a").object()
            #expect(seen["posting:default:visibility"] as? String == "unlisted")
            #expect(seen["posting:default:sensitive"] as? Bool == true)
            #expect(seen["posting:default:language"] as? String == "de")
            let posted = try await world.post("/api/v1/statuses", "a", form: "status=plain").object()
            #expect(posted["visibility"] as? String == "unlisted" && posted["sensitive"] as? Bool == true)
            #expect(posted["language"] as? String == "de")
        }
    }

    @Test func whatIsWrongIsNamedByField() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            world.store.state.withLock { state in
                world.store.addToken("reader", account: alice.rawValue, scopes: ["read"], &state)
            }
            #expect(try await world.send("PATCH", Self.update, "reader").status == 403)
            let refused = try await patch(world, "display_name=too+long", "application/x-www-form-urlencoded")
            #expect(refused.status == 422)
            let details = try #require(try refused.object()["details"] as? [String: [[String: String]]])
            #expect(details["display_name"]?.first?["error"] == "ERR_TOO_LONG")
        }
    }

    @Test func anUploadedAvatarIsServedAndShownInOlderStatuses() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            try world.deliver(id(1), by: alice, named: "alice", "older", to: [.home(alice), .public])
            func avatar() async throws -> String? {
                let status = try await world.get("/api/v1/timelines/home", "a").list().first
                return (status?["account"] as? [String: Any])?["avatar"] as? String
            }
            let before = try #require(try await avatar())
            #expect(before.hasSuffix("/pictures/\(alice)/avatar.png"))
            let own = try await upload(world, ["display_name": "Ada"], ["avatar": Self.png, "header": Self.png])
            #expect(own.status == 200)
            let shown = try #require(try own.object()["avatar"] as? String)
            #expect(shown != before && shown.contains("/pictures/\(alice)/avatar-") && shown.hasSuffix(".png"))
            #expect(try own.object()["avatar_static"] as? String == shown)
            #expect((try own.object()["header"] as? String)?.contains("/header-") == true)
            #expect(try await avatar() == shown)

            let path = try #require(URL(string: shown)?.path)
            let picture = try await world.get(path)
            #expect(picture.status == 200 && Array(picture.data) == Self.png)
            #expect(picture.header("Content-Type") == "image/png")
            #expect(picture.header("X-Content-Type-Options") == "nosniff")
            #expect(picture.header("Cache-Control")?.contains("immutable") == true)
            #expect(picture.header("Content-Security-Policy")?.contains("sandbox") == true)
            #expect(picture.header("ETag") != nil)
            let removed = try await world.send("DELETE", "/api/v1/profile/avatar", "a").object()
            #expect(removed["avatar"] as? String == before && (removed["header"] as? String)?.contains("-") == true)
        }
    }

    @Test func aProfileThatChangedThroughAnotherFrontShowsHere() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            try world.deliver(id(1), by: alice, named: "alice", "older", to: [.home(alice)])
            func name() async throws -> String? {
                let status = try await world.get("/api/v1/timelines/home", "a").list().first
                return (status?["account"] as? [String: Any])?["display_name"] as? String
            }
            #expect(try await name() == "")
            world.store.state.withLock { $0.accounts[alice.rawValue]?.displayName = "Ada" }
            #expect(try await name() == "", "only the topic says so")
            try await world.append(
                .profileChanged(ProfileChange(account: alice, fields: [.displayName], of: Profile())))
            try await eventually("the page is put together anew") { try await name() == "Ada" }
        }
    }

    @Test func onlyPicturesAreTakenAndOnlyThere() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "a")
            let svg = Array("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".utf8)
            let refused = try await upload(world, ["display_name": "Ada"], ["avatar": svg])
            #expect(refused.status == 422 && refused.error?.contains("content type") == true)
            let large = [UInt8](Self.png) + [UInt8](repeating: 0, count: Limits.pictureBytes)
            #expect(try await upload(world, [:], ["header": large]).status == 422)
            let tooLarge = [UInt8](repeating: 0, count: ProfileEndpoints.bodyBytesMax)
            #expect(try await upload(world, [:], ["avatar": tooLarge]).status == 413)
            #expect(world.store.people.withLock { $0.changes.isEmpty }, "all or nothing")
            #expect(try await upload(world, [:], ["avatar": Self.png], nil).status == 401)
            let elsewhere = try await world.send(
                "POST", "/api/v1/statuses", "a", body: Data(large), type: "multipart/form-data; boundary=cut")
            #expect(elsewhere.status == 413)
        }
    }

    @Test func aSlowUploadIsGivenUpAndLeavesItsPlace() async throws {
        try await FrontWorld.run {
            $0.uploadDeadlineMilliseconds = 30
        } _: { world in
            world.store.addPerson("alice", token: "a")
            // More than there are places at a time.
            for _ in 0..<10 {
                let stream = try RawStream(port: world.port)
                stream.send(
                    "PATCH \(Self.update) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nContent-Length: 1000\r\n"
                        + "Content-Type: multipart/form-data; boundary=cut\r\n\r\n--cut\r\n")
                #expect(try await stream.comes("HTTP/1.1 408"))
                // What comes late is nobody's request.
                stream.send(String(repeating: "x", count: 993))
            }
            let form = try await patch(world, "bot=1", "application/x-www-form-urlencoded")
            #expect(form.status == 200)
        }
    }

    @Test func picturesAreFoundByTheirNamesAlone() async throws {
        try await FrontWorld.run { world in
            let digits = String(repeating: "0", count: 64)
            for name in ["avatar.png", "header.png"] {
                let picture = try await world.get("/pictures/77/\(name)")
                #expect(picture.status == 200 && PictureFormat(of: Array(picture.data))?.format == .png)
            }
            for path in [
                "77/avatar.gif", "x/avatar.png", "77/avatar-\(digits).png", "77/..%2F..%2Fcluster.json",
                "..%2F77/avatar.png", "77/avatar-\(digits).png%00",
            ] { #expect(try await world.get("/pictures/\(path)").status == 404, "\(path)") }
        }
    }

    @Test func requestsAreListedAcceptedAndRefused() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let carol = world.store.addPerson("carol", token: "c")
            _ = try await patch(world, "locked=1", "application/x-www-form-urlencoded")
            for token in ["b", "c"] {
                let asked = try await world.post("/api/v1/accounts/\(alice)/follow", token).object()
                #expect(asked["requested"] as? Bool == true && asked["following"] as? Bool == false)
            }
            let list = try await world.get("/api/v1/follow_requests", "a")
            #expect(list.ids == [bob.description, carol.description] && list.header("Link") != nil)
            let own = try await world.get("/api/v1/accounts/verify_credentials", "a").object()
            #expect((own["source"] as? [String: Any])?["follow_requests_count"] as? Int == 2)
            let accepted = try await world.post("/api/v1/follow_requests/\(bob)/authorize", "a").object()
            #expect(accepted["followed_by"] as? Bool == true)
            let refused = try await world.post("/api/v1/follow_requests/\(carol)/reject", "a").object()
            #expect(refused["followed_by"] as? Bool == false)
            #expect(try await world.post("/api/v1/follow_requests/\(carol)/authorize", "a").status == 404)
            let removed = try await world.post("/api/v1/accounts/\(bob)/remove_from_followers", "a").object()
            #expect(removed["followed_by"] as? Bool == false)

            let notice = id(9)
            try world.deliver(
                notice, by: bob, named: "bob", "", to: [.notifications(alice)], kind: .followRequest)
            let told = try #require(
                try await world.get("/api/v1/notifications?types[]=follow_request", "a").list().first)
            #expect(told["type"] as? String == "follow_request" && told["status"] == nil)
            #expect((told["account"] as? [String: Any])?["acct"] as? String == "bob")
            #expect(try await world.get("/api/v1/notifications?exclude_types[]=follow_request", "a").list().isEmpty)
        }
    }

    @Test func aNoteIsKeptAndShownToItsOwner() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            let noted = try await world.post("/api/v1/accounts/\(bob)/note", "a", form: "comment=tall").object()
            #expect(noted["note"] as? String == "tall")
            let seen = try await world.get("/api/v1/accounts/relationships?id[]=\(bob)", "a").list().first
            #expect(seen?["note"] as? String == "tall")
            for word in ["pin", "endorse"] {
                #expect(try await world.post("/api/v1/accounts/\(bob)/\(word)", "a").status == 422)
                #expect(try await world.post("/api/v1/accounts/\(bob)/un\(word)", "a").status == 200)
            }
            #expect(try await world.get("/api/v1/accounts/\(bob)/endorsements").list().isEmpty)
        }
    }

    @Test func followersComeInPagesAndNotToThoseKeptApart() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            let others = (0..<3).map { world.store.addPerson("p\($0)", token: "p\($0)") }
            for index in others.indices { _ = try await world.post("/api/v1/accounts/\(alice)/follow", "p\(index)") }
            let path = "/api/v1/accounts/\(alice)/followers"
            let page = try await world.get(path + "?limit=2")
            #expect(page.ids == [others[2].description, others[1].description])
            let link = try #require(page.header("Link"))
            #expect(link.contains("limit=2&max_id=\(others[1])>; rel=\"next\""))
            #expect(try await world.get(path + "?limit=2&max_id=\(others[1])").ids == [others[0].description])
            #expect(
                try await world.get("/api/v1/accounts/\(others[0])/following", "a").ids == [alice.description])
            let familiar = try await world.get("/api/v1/accounts/familiar_followers?id[]=\(alice)", "a").list()
            #expect(familiar.first?["id"] as? String == alice.description)

            _ = try await world.post("/api/v1/accounts/\(others[1])/block", "p0")
            #expect(try await world.get(path, "p0").ids == [others[2].description, others[0].description])
            _ = try await world.post("/api/v1/accounts/\(others[0])/block", "a")
            #expect(try await world.get(path, "p0").list().isEmpty)
            #expect(try await world.get("/api/v1/accounts/\(1 << 40)/followers", "a").status == 404)
        }
    }

    @Test func statusesAndTagsAreFound() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "a")
            world.store.addPerson("bob", token: "b")
            world.store.people.withLock { $0.tags = ["swift", "swing"] }
            let posted = try await world.post("/api/v1/statuses", "a", form: "status=x&visibility=private").object()
            let number = try #require(posted["id"] as? String)
            let addresses = [
                "http://localhost:3000/@alice/\(number)", "http://localhost:3000/users/alice/statuses/\(number)",
                number,
            ]
            for address in addresses {
                let found = try await world.get("/api/v2/search?q=\(address)&type=statuses", "a").object()
                #expect((found["statuses"] as? [[String: Any]])?.first?["id"] as? String == number, "\(address)")
                let hidden = try await world.get("/api/v2/search?q=\(address)", "b").object()
                #expect((hidden["statuses"] as? [Any])?.isEmpty == true)
            }
            for version in ["v1", "v2"] {
                let found = try await world.get("/api/\(version)/search?q=%23sw", "a").object()
                let tags = try #require(found["hashtags"] as? [Any])
                let names = tags.compactMap { $0 as? String ?? ($0 as? [String: Any])?["name"] as? String }
                #expect(names == ["swift", "swing"] && (tags.first is String) == (version == "v1"))
            }
            _ = try await world.post("/api/v1/statuses", "a", form: "status=%23swim+%23Other")
            _ = try await world.post("/api/v1/statuses", "a", form: "status=%23swept&visibility=unlisted")
            let now = try await world.get("/api/v1/search?q=%23sw", "b").object()["hashtags"] as? [String]
            #expect(now == ["swift", "swim", "swing"], "before the store knows it")
            let profile = try await world.get("/api/v2/search?q=http://localhost:3000/@alice", "b").object()
            #expect((profile["accounts"] as? [[String: Any]])?.first?["id"] as? String == alice.description)
            let only = try await world.get("/api/v1/accounts/search?q=ALI", "b")
            #expect(only.ids == [alice.description])
            #expect(try await world.get("/api/v1/accounts/search?q=ali&following=true", "b").ids.isEmpty)
            #expect(try await world.get("/api/v2/search?q=", "b").status == 400)
        }
    }

    @Test func suggestionsAreShownInBothWays() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "a")
            let bob = world.store.addPerson("bob", token: "b")
            world.store.people.withLock { $0.suggested = [bob.rawValue, 9 << 16] }
            #expect(try await world.get("/api/v1/suggestions", "a").ids == [bob.description])
            let second = try await world.get("/api/v2/suggestions", "a").list()
            #expect((second.first?["account"] as? [String: Any])?["id"] as? String == bob.description)
            #expect(second.first?["source"] as? String != nil)
            #expect(try await world.get("/api/v1/suggestions").status == 401)
        }
    }

    @Test func whySomebodySignsUpGoesToTheStore() async throws {
        try await FrontWorld.run { world in
            world.store.state.withLock { state in
                world.store.addToken("app", account: 0, scopes: ["write"], &state)
            }
            let form = "username=eve&email=e@b.example&password=password1&agreement=1&reason="
            let long = String(repeating: "x", count: Limits.signUpReasonCharacters + 1)
            let refused = try await world.post("/api/v1/accounts", "app", form: form + long)
            #expect(refused.status == 422)
            #expect((try refused.object()["details"] as? [String: Any])?.keys.sorted() == ["reason"])
            #expect(try await world.post("/api/v1/accounts", "app", form: form + "+a+friend%0D%0A").status == 200)
            #expect(world.store.people.withLock { $0.reasons } == ["a friend"])
        }
    }
}
