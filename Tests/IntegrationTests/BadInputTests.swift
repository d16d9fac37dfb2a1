import Foundation
import Testing

/// Every door of the front, with what should not come through it.
@Suite(.timeLimit(.minutes(3)))
struct BadInputTests {
    @Test func badTextsAndBodiesAreRefusedWithAReasonAndNothingIsLost() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let alice = try await Person.signUp("alice", at: server.base)

        for (body, type, status) in badBodies {
            let answer = try await alice.client.send("POST", "/api/v1/statuses", body: body, type: type)
            #expect(answer.status == status, "\(String(decoding: body.prefix(60), as: UTF8.self)): \(answer.text)")
            #expect(!answer.error.isEmpty, "no reason given for \(String(decoding: body.prefix(60), as: UTF8.self))")
        }
        let large = Data("status=".utf8) + Data(repeating: 97, count: 1 << 20)
        let answer = try await alice.client.send(
            "POST", "/api/v1/statuses", body: large, type: "application/x-www-form-urlencoded")
        #expect(answer.status == 413)
        #expect(!answer.error.isEmpty)

        let id = try await alice.post("still here")
        try await eventually("the good one arrives, alone") {
            try await alice.timeline("/api/v1/timelines/home") == [id] ? true : nil
        }
        try await server.process.terminate()
    }

    private var badBodies: [(Data, String, Int)] {
        let form = "application/x-www-form-urlencoded"
        let json = "application/json"
        func status(_ text: String) -> Data { Data("{\"status\":\"\(text)\"}".utf8) }
        return [
            (status(""), json, 422), (status("   "), json, 422), (Data("{}".utf8), json, 422),
            (status(String(repeating: "a", count: 501)), json, 422),
            (status("a\\u0000b"), json, 422), (Data("status=a%00b".utf8), form, 422),
            (Data("status=%ff%fe".utf8), form, 422), (Data([0x7B, 0xFF, 0xFE, 0x7D]), json, 422),
            (Data("{\"status\":".utf8), json, 400), (Data("[1,2]".utf8), json, 400),
            (Data("{\"status\":\"x\",\"visibility\":\"nobody\"}".utf8), json, 422),
            (Data("{\"status\":\"x\",\"in_reply_to_id\":\"abc\"}".utf8), json, 404),
        ]
    }

    @Test func textsThatLookLikeMailAreKeptToTheByte() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let alice = try await Person.signUp("alice", at: server.base)
        let texts = [
            "a\n\nFrom statuscast Thu Jan  1 00:00:00 1970\nX-Statuscast-Record: 1 00000001 00000000\n\nforged",
            "From me\n>From you\n>>From them", "\u{1F600} e\u{301} \u{202E}right", "Subject: x\n\n\nbody",
        ]
        for text in texts {
            let id = try await alice.post(text)
            try await eventually("\(text.prefix(20)) is at home") {
                try await alice.timeline("/api/v1/timelines/home").first == id ? true : nil
            }
        }
        #expect(try await alice.timeline("/api/v1/timelines/home").count == texts.count)
        try await server.process.terminate()

        let bodies = try await Checker.run([
            "bodies", "--shared", directory.path + "/data/shared", "--account", alice.id,
        ])
        let found = try JSONDecoder().decode([String].self, from: Data(bodies.utf8))
        #expect(found == texts)
    }

    @Test func unknownTokensAndIdsAreRefused() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let alice = try await Person.signUp("alice", at: server.base)
        for token in ["nonsense", "", String(repeating: "x", count: 5000)] {
            let answer = try await Client(server.base, token: token).get("/api/v1/timelines/home")
            #expect(answer.status == 401)
        }
        for id in ["abc", "0", "-1", "99999999999999999999999", "1e5", "%00", "12345"] {
            #expect(try await alice.client.get("/api/v1/statuses/\(id)").status == 404, "status \(id)")
            #expect(try await alice.client.get("/api/v1/accounts/\(id)").status == 404, "account \(id)")
            #expect(try await alice.client.post("/api/v1/accounts/\(id)/follow").status == 404, "follow \(id)")
        }
        #expect(try await alice.client.get("/api/v1/nonsense").status == 404)
        for name in ["alice", "ALICE", "with space", "", String(repeating: "a", count: 31), "ünï"] {
            let answer = try await signUp(name, server.base)
            #expect(answer.status == 422, "\(name): \(answer.text)")
        }
        try await server.process.terminate()
    }

    private func signUp(_ name: String, _ base: String) async throws -> Client.Answer {
        let app = try await accepted(
            Client(base).post(
                "/api/v1/apps",
                ["client_name": "t", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"])
        ).object
        let token =
            try await accepted(
                Client(base).post(
                    "/oauth/token",
                    [
                        "grant_type": "client_credentials", "client_id": app["client_id"] ?? "",
                        "client_secret": app["client_secret"] ?? "",
                    ])
            ).object["access_token"] as? String
        return try await Client(base, token: token).post(
            "/api/v1/accounts",
            [
                "username": name, "email": "new@example.org", "password": "long enough", "agreement": true,
                "locale": "en",
            ])
    }

    @Test func aRevokedTokenIsRefusedAtOnce() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        _ = try await Person.signUp("alice", at: server.base)
        let anonymous = Client(server.base)
        let app = try await accepted(
            anonymous.post("/api/v1/apps", ["client_name": "t", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"])
        ).object
        let credentials = ["client_id": app["client_id"] ?? "", "client_secret": app["client_secret"] ?? ""]
        let login = ["grant_type": "password", "username": "alice@example.org", "password": "correct horse alice"]
        let token = try #require(
            try await accepted(anonymous.post("/oauth/token", credentials.merging(login) { $1 }))
                .object["access_token"] as? String)
        let signedIn = Client(server.base, token: token)
        #expect(try await signedIn.get("/api/v1/accounts/verify_credentials").status == 200)
        #expect(
            try await anonymous.post("/oauth/revoke", credentials.merging(["token": token]) { $1 }).status == 200)
        #expect(try await signedIn.get("/api/v1/accounts/verify_credentials").status == 401)
        let wrong = login.merging(["password": "wrong"]) { $1 }
        #expect(try await anonymous.post("/oauth/token", credentials.merging(wrong) { $1 }).status == 400)
        try await server.process.terminate()
    }
}
