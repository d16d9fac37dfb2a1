internal import HTTPTypes
internal import Hummingbird
internal import Peers
internal import SwiftProtobuf

/// `/sign-up`: a new account, without an application.
struct SignUpPage: Sendable {
    let store: StoreAccess
    let limiter: RateLimiter
    let live: FrontLive
    let guardian: FormGuard
    let site: Site
    let templates: PageTemplates

    static let path = "/sign-up"
    private static let purpose = ["sign-up"]

    func add(to routes: Routes, _ pages: ReadingPages) {
        routes.on(.get, SignUpPage.path, .anybody, answer: pages.answer) { call async throws(ClientError) in page(call)
        }
        routes.on(.post, SignUpPage.path, .anybody, answer: pages.answer) { call async throws(ClientError) in
            try await signUp(call)
        }
    }

    private func signUp(_ call: Call) async throws(ClientError) -> Response {
        let mode = live.values.signUp
        guard mode != .closed else { return page(call) }
        let seal = call.parameters["form"] ?? ""
        guard guardian.isGood(seal, SignUpPage.purpose, cookie: FormGuard.cookie(of: call)) else {
            return page(call, ["This form has ended. Please try again."], .forbidden)
        }
        let problems = SignUpForm.problems(call.parameters)
        guard problems.isEmpty else { return page(call, SignUpForm.sentences(problems), .unprocessableContent) }
        do throws(ClientError) {
            try limiter.signUp(address: call.remoteAddress)
        } catch {
            var answer = page(call, ["Too many accounts were made from where you are. Try again later."], error.status)
            for (name, value) in error.headers { answer.headers[name] = value }
            return answer
        }
        let request = PeerCreateAccount.with {
            $0.username = call.parameters["username"] ?? ""
            $0.email = call.parameters["email"] ?? ""
            $0.password = call.parameters["password"] ?? ""
            $0.reason = SignUpForm.reason(call.parameters)
            $0.needsApproval = mode == .approval
        }
        do throws(PeerError) {
            _ = try await store.ask(deadlineMilliseconds: StoreAccess.passwordDeadlineMilliseconds) {
                (store) throws(PeerError) in try await store.createAccount(request)
            }
        } catch {
            guard error.code == .invalid else { throw ClientError(error) }
            return page(call, [error.message], .unprocessableContent)
        }
        return done(request.username, mode)
    }

    private func done(_ username: String, _ mode: SignUpMode) -> Response {
        let next =
            mode == .approval
            ? "The people who run this server will look at it; you can sign in once they have approved it."
            : "Point an app for Mastodon at \(site.domain) and sign in."
        let text = "The account @\(username) is yours. \(next)"
        return .form(templates.html("message", values(["heading": "Welcome", "text": text])), cookie: nil)
    }

    private func page(_ call: Call, _ problems: [String] = [], _ status: HTTPResponse.Status = .ok) -> Response {
        let mode = live.values.signUp
        guard mode != .closed else {
            let text = "This server takes no new accounts just now."
            return .form(
                templates.html("message", values(["heading": "Sign-up is closed", "text": text])), status: .forbidden,
                cookie: nil)
        }
        let cookie = guardian.cookie(call)
        var page = values([
            "form": guardian.seal(SignUpPage.purpose, cookie: cookie.value), "action": SignUpPage.path,
            "domain": site.domain, "problems": problems, "username": call.parameters["username"] ?? "",
            "email": call.parameters["email"] ?? "", "reason": SignUpForm.reason(call.parameters),
        ])
        if mode == .approval { page["approval"] = true }
        return .form(templates.html("signUp", page), status: status, cookie: cookie.header)
    }

    private func values(_ more: [String: Any]) -> [String: Any] {
        more.merging(["site": site.title, "title": "Sign up · \(site.title)", "noindex": true]) { own, _ in own }
    }
}
