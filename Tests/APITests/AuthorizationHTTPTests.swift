import Foundation
import HashRing
import Peers
import Queue
import StatuscastModel
import Synchronization
import Testing

@testable import API

/// `/oauth/authorize` and `/sign-up`, as a browser sees them.
@Suite struct AuthorizationHTTPTests {
    private static let query =
        "response_type=code&client_id=client&redirect_uri=urn:ietf:wg:oauth:2.0:oob&scope=read+write:statuses&state=s"

    private func text(_ answer: Answer) -> String { String(decoding: answer.data, as: UTF8.self) }

    /// The hidden fields of a page, as a browser sends them back.
    private func fields(_ answer: Answer) -> String {
        text(answer).matches(of: /type="hidden" name="([^"]+)" value="([^"]*)"/)
            .map { "\($0.1)=\(PercentEncoding.encoded(String($0.2).replacing("&amp;", with: "&")))" }
            .joined(separator: "&")
    }

    @Test func aPersonSignsInAndIsShownTheCode() async throws {
        try await FrontWorld.run { world in
            for path in ["/oauth/authorize", "/oauth/authorize/"] {
                let page = try await world.get(path + "?" + Self.query)
                #expect(page.status == 200)
                #expect(text(page).contains("&lt;App&gt;") && text(page).contains("write:statuses"))
                #expect(page.header("Cache-Control") == "no-store")
                let wrong = try await world.post(path, form: fields(page) + "&username=alice&password=wrong")
                #expect(wrong.status == 422 && text(wrong).contains("name or the password is wrong"))
                let done = try await world.post(path, form: fields(wrong) + "&username=alice&password=password")
                #expect(done.status == 200 && text(done).contains(">the-code<"))
                #expect(done.header("Cache-Control") == "no-store")
                let denied = try await world.post(path, form: fields(page) + "&decision=deny")
                #expect(denied.status == 400 && text(denied).contains("denied"))
            }
        }
    }

    @Test func aFormOfAnotherPurposeIsNotTaken() async throws {
        try await FrontWorld.run { world in
            let page = try await world.get("/oauth/authorize?" + Self.query)
            let wider = fields(page).replacing("write%3Astatuses", with: "")
            let sent = try await world.post("/oauth/authorize", form: wider + "&username=alice&password=password")
            #expect(sent.status == 403 && !text(sent).contains("the-code"))
            let bare = try await world.post(
                "/oauth/authorize", form: Self.query + "&username=alice&password=password")
            #expect(bare.status == 403)
        }
    }

    @Test func nobodyIsSentWhereTheApplicationHasNotSaid() async throws {
        try await FrontWorld.run { world in
            for query in [
                "client_id=other&redirect_uri=https://evil.example/",
                "client_id=client&redirect_uri=https://evil.example/",
                "client_id=client", "",
            ] {
                let answer = try await world.get("/oauth/authorize?response_type=code&" + query)
                #expect(answer.status == 400 && answer.header("Location") == nil, "\(query)")
            }
        }
    }

    @Test func attemptsToSignInAreCounted() async throws {
        try await FrontWorld.run {
            $0.live.values.rateLimitsEnabled = true
            $0.live.values.rateLimits.signIns = 2
        } _: { world in
            let page = try await world.get("/oauth/authorize?" + Self.query)
            for status in [422, 422, 429] {
                let answer = try await world.post(
                    "/oauth/authorize", form: fields(page) + "&username=alice&password=wrong")
                #expect(answer.status == status)
                if status == 429 { #expect(answer.header("X-RateLimit-Limit") == "2") }
            }
            let token = try await world.post(
                "/oauth/token",
                form: "grant_type=password&client_id=client&client_secret=secret&username=alice&password=x")
            #expect(token.status == 429)
        }
    }

    @Test func peopleSignUpOnAPageWhileThatIsOpen() async throws {
        try await FrontWorld.run { world in
            #expect(text(try await world.get("/")).contains("href=\"/sign-up\""))
            let page = try await world.get("/sign-up")
            let bad = try await world.post("/sign-up", form: fields(page) + "&username=a+b&email=x&password=short")
            #expect(bad.status == 422 && text(bad).contains("Username must contain only"))
            let form = "&username=bob&email=bob@example.org&password=long+enough&agreement=true"
            #expect(try await world.post("/sign-up", form: form).status == 403)
            let done = try await world.post("/sign-up", form: fields(page) + form)
            #expect(done.status == 200 && text(done).contains("@bob"))
            let again = try await world.post("/sign-up", form: fields(page) + form)
            #expect(again.status == 422 && text(again).contains("already been taken"))
        }
        try await FrontWorld.run {
            $0.live.values.signUp = .closed
        } _: { world in
            let (page, home) = (try await world.get("/sign-up"), try await world.get("/"))
            #expect(page.status == 403 && !text(home).contains("sign-up"))
            let instance = try await world.get("/api/v1/instance").object()
            #expect(instance["registrations"] as? Bool == false)
        }
    }

    @Test func whoWaitsForApprovalMayDoNothing() async throws {
        try await FrontWorld.run { world in
            let account = world.store.addPerson("alice", token: "t")
            world.store.state.withLock { $0.tokens[TokenHash(of: "t").data]?.pending = true }
            let answer = try await world.get("/api/v1/accounts/verify_credentials", "t")
            #expect(answer.status == 403 && answer.error == "Your login is currently pending approval")
            #expect(try await world.get("/api/v1/timelines/home", "t").status == 403)
            #expect(try await world.post("/api/v1/statuses", "t", form: "status=x").status == 403)
            #expect(try await world.get("/api/v1/apps/verify_credentials", "t").status == 200)
            #expect(try await world.get("/api/v1/timelines/public", "t").status == 200)
            let approved = Standing.Change(account: account, flag: .pending, isOn: false)
            let event = AccountEvent(id: EventID(rawValue: 1), change: .standingChanged(approved))
            try await world.queue.append(
                [OutgoingFrame(partition: PartitionIndex(rawValue: 0), bytes: ItemBatch.encoded([event.encoded()]))],
                to: Topics.accounts)
            try await eventually("alice may go in") {
                try await world.get("/api/v1/accounts/verify_credentials", "t").status == 200
            }
        }
    }
}
