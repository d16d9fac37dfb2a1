import Foundation
import StatuscastModel
import Synchronization
import Testing

@testable import API

@Suite struct HTTPBasicsTests {
    @Test func urlsCarryThePortThatWasReallyTaken() async throws {
        try await FrontWorld.run { configuration in
            configuration.domain = "127.0.0.1:0"
        } _: { world in
            let instance = try await world.get("/api/v1/instance")
            #expect(instance.status == 200)
            let text = String(decoding: instance.data, as: UTF8.self)
            #expect(text.contains("127.0.0.1:\(world.port)") && !text.contains("127.0.0.1:0\""))
        }
    }

    @Test func peopleSignUpAndSignIn() async throws {
        try await FrontWorld.run { world in
            let app = try await world.send(
                "POST", "/api/v1/apps",
                body: Data(
                    #"{"client_name":"c","redirect_uris":"urn:ietf:wg:oauth:2.0:oob","scopes":"read write follow"}"#
                        .utf8),
                type: "application/json"
            ).object()
            #expect(app["client_id"] as? String == "client" && app["client_secret"] as? String == "secret")
            let token = try await world.send(
                "POST", "/oauth/token",
                body: Data(
                    #"{"grant_type":"client_credentials","client_id":"client","client_secret":"secret","scope":"read write"}"#
                        .utf8),
                type: "application/json"
            ).object()
            let text = try #require(token["access_token"] as? String)
            #expect(token["scope"] as? String == "read write")
            #expect(try await world.get("/api/v1/apps/verify_credentials", text).object()["name"] as? String == "app")
            #expect(try await world.get("/api/v1/timelines/home", text).status == 422)

            let signUp = "username=alice&email=a@b.example&password=password1&agreement=1&locale=en"
            #expect(try await world.post("/api/v1/accounts", form: signUp).status == 401)
            let own = try await world.post("/api/v1/accounts", text, form: signUp).object()
            let personal = try #require(own["access_token"] as? String)
            let account = try await world.get("/api/v1/accounts/verify_credentials", personal).object()
            #expect(account["acct"] as? String == "alice" && account["display_name"] as? String == "")
            #expect((account["source"] as? [String: Any])?["privacy"] as? String == "public")

            let again = try await world.post("/api/v1/accounts", text, form: signUp)
            #expect(again.status == 422)
            #expect(again.error == "Validation failed: Username has already been taken")
            let details = try #require(try again.object()["details"] as? [String: [[String: String]]])
            #expect(details["username"]?.first?["error"] == "ERR_TAKEN")
            let poor = try await world.post("/api/v1/accounts", text, form: "username=a-b&email=x&password=1")
            #expect(poor.status == 422)
            #expect(try (poor.object()["details"] as? [String: Any])?.count == 4)

            let login = "grant_type=password&client_id=client&client_secret=secret&username=alice"
            #expect(try await world.post("/oauth/token", form: login + "&password=password").status == 200)
            let wrong = try await world.post("/oauth/token", form: login + "&password=no")
            #expect(wrong.status == 400 && wrong.error == "invalid_grant")
            #expect(try await world.post("/oauth/token", form: "grant_type=client_credentials").status == 401)
            #expect(try await world.post("/oauth/token", form: "grant_type=magic").error == "unsupported_grant_type")
            #expect(
                try await world.post(
                    "/oauth/revoke", personal, form: "client_id=client&client_secret=secret&token=\(personal)"
                ).status == 200)
            #expect(try await world.get("/api/v1/accounts/verify_credentials", personal).status == 401)
        }
    }

    @Test func badInputGetsAClearErrorAndNothingIsPosted() async throws {
        try await FrontWorld.run { world in
            world.store.addPerson("alice", token: "t")
            world.store.addPerson("reader", token: "readonly", scopes: ["read"])
            let form = "application/x-www-form-urlencoded"
            let json = "application/json"
            let cases: [(String, String, String?, Data?, String?, Int)] = [
                ("POST", "/api/v1/statuses", "t", Data("status=".utf8), form, 422),
                ("POST", "/api/v1/statuses", "t", Data("status=\(String(repeating: "x", count: 501))".utf8), form, 422),
                ("POST", "/api/v1/statuses", "t", Data("status=%ff%fe".utf8), form, 422),
                ("POST", "/api/v1/statuses", "t", Data("status=a%00b".utf8), form, 422),
                ("POST", "/api/v1/statuses", "t", Data([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]), json, 422),
                ("POST", "/api/v1/statuses", "t", Data(#"{"status":"#.utf8), json, 400),
                ("POST", "/api/v1/statuses", "t", Data("x".utf8), "multipart/form-data", 400),
                ("POST", "/api/v1/statuses", "t", Data("x".utf8), "image/png", 415),
                ("POST", "/api/v1/statuses", "t", Data(repeating: 97, count: Limits.requestBodyBytes + 1), form, 413),
                ("POST", "/api/v1/statuses", nil, Data("status=x".utf8), form, 401),
                ("POST", "/api/v1/statuses", "unknown", Data("status=x".utf8), form, 401),
                ("POST", "/api/v1/statuses", "readonly", Data("status=x".utf8), form, 403),
                ("POST", "/api/v1/statuses", "t", Data("status=x&in_reply_to_id=77".utf8), form, 404),
                ("GET", "/api/v1/statuses/abc", "t", nil, nil, 404),
                ("GET", "/api/v1/statuses/99999999999999999999999999", "t", nil, nil, 404),
                ("GET", "/api/v1/statuses/%ff", "t", nil, nil, 404),
                ("GET", "/api/v1/accounts/-1", "t", nil, nil, 404),
                ("GET", "/api/v1/accounts/12345", "t", nil, nil, 404),
                ("GET", "/api/v1/accounts/lookup?acct=nobody", "t", nil, nil, 404),
                ("POST", "/api/v1/accounts/12345/follow", "t", nil, nil, 404),
                ("DELETE", "/api/v1/statuses/12345", "t", nil, nil, 404),
                ("GET", "/api/v1/timelines/home?max_id=abc", "t", nil, nil, 400),
                ("GET", "/api/v1/timelines/tag/%20", nil, nil, nil, 404),
                ("GET", "/api/v1/timelines/public?x=%ff", nil, nil, nil, 422),
                ("GET", "/api/v1/nothing", nil, nil, nil, 404),
                ("PUT", "/api/v1/instance", nil, nil, nil, 404),
                ("GET", "/api/v2/search?q=", "t", nil, nil, 400),
            ]
            for (method, path, token, body, type, status) in cases {
                let answer = try await world.send(method, path, token, body: body, type: type)
                #expect(answer.status == status, "\(method) \(path): \(String(decoding: answer.data, as: UTF8.self))")
                #expect(answer.error?.isEmpty == false, "\(method) \(path)")
                #expect(answer.header("Access-Control-Allow-Origin") == "*")
            }
            #expect(world.queue.items(of: Topics.receive).isEmpty)
        }
    }

    @Test func aRefusedTokenIsToldInTheHeader() async throws {
        try await FrontWorld.run { world in
            let answer = try await world.get("/api/v1/timelines/public", "nonsense")
            #expect(answer.status == 401 && answer.error == "The access token is invalid")
            #expect(answer.header("WWW-Authenticate")?.contains("invalid_token") == true)
        }
    }

    @Test func browsersMayAskFromAnywhere() async throws {
        try await FrontWorld.run { world in
            let preflight = try await world.send("OPTIONS", "/api/v1/statuses")
            #expect(preflight.status == 200)
            #expect(preflight.header("Access-Control-Allow-Methods")?.contains("DELETE") == true)
            #expect(preflight.header("Access-Control-Allow-Headers")?.contains("Idempotency-Key") == true)
            let head = try await world.send("HEAD", "/")
            #expect(head.status == 200 && head.data.isEmpty && head.header("Date") != nil)
        }
    }

    @Test func metricsAreOnlyForTheWorldIfAnOperatorSaysSo() async throws {
        let live = FrontLive()
        try await FrontWorld.run({ $0.live = live }) { world in
            let hidden = try await world.get("/metrics")
            #expect(hidden.status == 404)
            live.values.publicMetrics = true
            let shown = try await world.get("/metrics")
            #expect(String(decoding: shown.data, as: UTF8.self) == "metrics 1\n")
        }
    }

    @Test func theInstanceIsDescribedWithAndWithoutASlash() async throws {
        try await FrontWorld.run { world in
            for path in ["/api/v1/instance", "/api/v1/instance/"] {
                let instance = try await world.get(path).object()
                #expect(instance["uri"] as? String == "localhost:3000")
                #expect((instance["urls"] as? [String: Any])?["streaming_api"] as? String == "ws://localhost:3000")
                #expect((instance["version"] as? String)?.hasPrefix("4.2.") == true)
            }
            for path in ["/api/v2/instance", "/api/v2/instance/"] {
                let instance = try await world.get(path).object()
                #expect(instance["domain"] as? String == "localhost:3000")
                let urls = (instance["configuration"] as? [String: Any])?["urls"] as? [String: Any]
                #expect(urls?["streaming"] as? String == "ws://localhost:3000")
            }
            #expect(try await world.get("/health/live").status == 200)
            #expect(try await world.get("/pictures/1/header.png").header("Content-Type") == "image/png")
            try await eventually("ready") { try await world.get("/health/ready").status == 200 }
        }
    }

    @Test func limitsAreToldAndKept() async throws {
        try await FrontWorld.run({ configuration in
            configuration.live.values.rateLimitsEnabled = true
            configuration.live.values.rateLimits.requests = 3
            configuration.live.values.rateLimits.requestsWindowSeconds = 1_000_000
        }) { world in
            for remaining in [2, 1, 0] {
                let answer = try await world.get("/api/v1/timelines/public")
                #expect(answer.status == 200)
                #expect(answer.header("X-RateLimit-Limit") == "3")
                #expect(answer.header("X-RateLimit-Remaining") == "\(remaining)")
                #expect(answer.header("X-RateLimit-Reset")?.hasSuffix("Z") == true)
            }
            let refused = try await world.get("/api/v1/timelines/public")
            #expect(refused.status == 429 && refused.error == "Too many requests")
            #expect(refused.header("Retry-After") != nil)
            #expect(try await world.get("/health/live").status == 200)
            for path in ["//api/v1/timelines/public", "//oauth/token", "/", "/health//live"] {
                #expect(try await world.get(path).status == 429, "\(path)")
            }
        }
    }

    @Test func aTokenThatMayNotReadSeesNoMoreThanItMay() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            world.store.state.withLock { state in
                world.store.addToken("writer", account: alice.rawValue, scopes: ["write"], &state)
                world.store.addToken("app", account: 0, scopes: ["read"], &state)
            }
            let posted = try await world.post("/api/v1/statuses", "t", form: "status=x&visibility=private").object()
            let id = try #require(posted["id"] as? String)
            // Twice: the second time from the pages that are kept.
            for _ in 0..<2 {
                for path in [
                    "timelines/public", "timelines/tag/x", "accounts/\(alice)/statuses", "statuses?id[]=\(id)",
                ] {
                    #expect(try await world.get("/api/v1/\(path)", "t").status == 200, "\(path)")
                    #expect(try await world.get("/api/v1/\(path)").status == 200, "\(path)")
                    #expect(try await world.get("/api/v1/\(path)", "app").status == 200, "\(path)")
                    #expect(try await world.get("/api/v1/\(path)", "writer").status == 403, "\(path)")
                }
            }
            #expect(try await world.get("/api/v1/statuses/\(id)", "writer").status == 403)
            #expect(try await world.get("/api/v2/search?q=alice", "writer").status == 403)
            #expect(try await world.get("/api/v2/search?q=alice", "app").status == 200)
        }
    }

    @Test func aWebsiteOfAnApplicationIsOnTheWeb() async throws {
        try await FrontWorld.run { world in
            let form = "client_name=c&redirect_uris=urn:ietf:wg:oauth:2.0:oob&website="
            let refused = try await world.post("/api/v1/apps", form: form + "javascript:alert(1)")
            #expect(refused.status == 422)
            let taken = try await world.post("/api/v1/apps", form: form + "https://c.example")
            #expect(taken.status == 200)
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        try await FrontWorld.run { world in
            let error = await #expect(throws: APIError.self) {
                try await FrontWorld.run({ $0.port = world.port }) { _ in }
            }
            #expect(error?.description.contains("127.0.0.1:\(world.port) is in use") == true)
        }
    }

    @Test func accountsAreFoundInEverySpelling() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            world.store.addPerson("alicette", token: "u")
            for query in ["alice", "@alice", "alice@localhost:3000", "@ALICE@localhost:3000", "ALICE"] {
                let encoded = try #require(query.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
                for type in ["&type=accounts", ""] {
                    let found = try await world.get("/api/v2/search?q=\(encoded)\(type)&resolve=true", "t").object()
                    let accounts = try #require(found["accounts"] as? [[String: Any]])
                    #expect(accounts.first?["id"] as? String == alice.description, "\(query)")
                    #expect(accounts.count == 2)
                }
                #expect(
                    try await world.get("/api/v1/accounts/lookup?acct=\(encoded)").object()["id"] as? String
                        == alice.description)
            }
            let tags = try await world.get("/api/v2/search?q=%23Foo", "t").object()["hashtags"] as? [[String: Any]]
            #expect(tags?.first?["name"] as? String == "foo")
            let elsewhere = try await world.get("/api/v2/search?q=alice@elsewhere.example", "t").object()
            #expect((elsewhere["accounts"] as? [Any])?.isEmpty == true)
        }
    }

    @Test func followingIsToldAndAsked() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let bob = world.store.addPerson("bob", token: "u")
            let followed = try await world.post("/api/v1/accounts/\(bob)/follow", "t")
            #expect(try followed.object()["following"] as? Bool == true)
            #expect(try await world.post("/api/v1/accounts/\(alice)/follow", "t").status == 403)
            for query in ["id[]=\(bob)", "id=\(bob)", "id%5B%5D=\(bob)"] {
                let list = try await world.get("/api/v1/accounts/relationships?\(query)", "t").list()
                #expect(list.first?["following"] as? Bool == true)
                #expect(list.first?.keys.count == 16)
            }
            #expect(
                try await world.post("/api/v1/accounts/\(bob)/unfollow", "t").object()["following"] as? Bool == false)
        }
    }
}
