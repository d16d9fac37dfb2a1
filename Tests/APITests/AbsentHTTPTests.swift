import Foundation
import FoundationNetworking
import StatuscastModel
import Testing

@testable import API

/// What web clients ask for at their start, and how little is sent twice.
@Suite struct AbsentHTTPTests {
    @Test func whatIsNotThereIsAnsweredAsMastodonWould() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            for path in [
                "/api/v1/custom_emojis", "/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links",
                "/api/v1/instance/peers", "/api/v1/instance/rules", "/api/v1/announcements", "/api/v2/suggestions",
                "/api/v1/custom_emojis/",
            ] {
                let answer = try await world.get(path, "t")
                #expect(answer.status == 200 && String(decoding: answer.data, as: UTF8.self) == "[]", "\(path)")
            }
            #expect(try await world.get("/api/v1/announcements").status == 401)
            #expect(try await world.get("/api/v1/push/subscription", "t").status == 403)
            world.store.addPerson("bob", token: "p", scopes: ["read", "write", "push"])
            #expect(try await world.get("/api/v1/push/subscription", "p").status == 404)
            #expect(try await world.post("/api/v2/media", "t", form: "file=x").status == 422)
            #expect(try await world.get("/api/v1/polls/1", "t").status == 404)
            let familiar = try await world.get("/api/v1/accounts/familiar_followers?id[]=5", "t").list()
            #expect(familiar.first?["id"] as? String == "5")
            let about = try await world.get("/api/v1/instance/extended_description").object()
            #expect(about["content"] as? String == "<p>A statuscast server</p>")
        }
    }

    @Test func softwareSaysWhatItIs() async throws {
        try await FrontWorld.run { world in
            let links = try await world.get("/.well-known/nodeinfo").object()["links"] as? [[String: Any]]
            #expect(links?.first?["href"] as? String == "http://localhost:3000/nodeinfo/2.0")
            let info = try await world.get("/nodeinfo/2.0").object()
            #expect((info["software"] as? [String: Any])?["name"] as? String == "statuscast")
            #expect(info["openRegistrations"] as? Bool == true)
            // In clear text clients are better off without.
            #expect(try await world.get("/.well-known/oauth-authorization-server").status == 404)
        }
        try await FrontWorld.run {
            $0.secure = true
        } _: { world in
            let server = try await world.get("/.well-known/oauth-authorization-server").object()
            #expect(server["token_endpoint"] as? String == "https://localhost:3000/oauth/token")
        }
    }

    @Test func everyPathAnswersBrowsersOfOtherOrigins() async throws {
        try await FrontWorld.run { world in
            for path in ["/oauth/token", "/oauth/authorize", "/.well-known/nodeinfo", "/api/v1/statuses", "/nothing"] {
                let preflight = try await world.send("OPTIONS", path)
                #expect(preflight.status == 200 && preflight.header("Access-Control-Allow-Origin") == "*", "\(path)")
                let answer = try await world.get(path)
                #expect(answer.header("Access-Control-Allow-Origin") == "*", "\(path)")
            }
        }
    }

    @Test func aTimelineThatTheClientHasIsNotSentAgain() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let id = StatusID(unixMilliseconds: 1_760_000_000_000, node: 1, sequence: 0).rawValue
            try world.deliver(id, by: alice, named: "alice", "one", to: [.public])
            let tag = try #require(try await world.get("/api/v1/timelines/public").header("ETag"))
            var request = URLRequest(
                url: try #require(URL(string: "http://127.0.0.1:\(world.port)/api/v1/timelines/public")),
                cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 20)
            request.setValue(tag, forHTTPHeaderField: "If-None-Match")
            let (data, response) = try await URLSession.shared.data(for: request)
            #expect((response as? HTTPURLResponse)?.statusCode == 304 && data.isEmpty)
        }
    }
}
