internal import HTTPTypes
internal import Hummingbird
internal import Peers
internal import SwiftProtobuf

/// `/oauth/authorize`: a person signs in here, in the browser, and lets an application in; the application never sees
/// the password.
///
/// Nobody stays signed in: every consent needs the password. An address that the application has not registered is
/// never gone to, whatever is wrong.
struct AuthorizationPages: Sendable {
    let store: StoreAccess
    let limiter: RateLimiter
    let guardian: FormGuard
    let site: Site
    let templates: PageTemplates

    static let path = "/oauth/authorize"

    func add(to routes: Routes, _ pages: ReadingPages) {
        routes.on(.get, AuthorizationPages.path, .anybody, answer: pages.answer) { call async throws(ClientError) in
            let asked = AuthorizationRequest(call.parameters)
            return try await reviewed(asked) { review in page(call, asked, review) }
        }
        routes.on(.post, AuthorizationPages.path, .anybody, answer: pages.answer) { call async throws(ClientError) in
            let asked = AuthorizationRequest(call.parameters)
            return try await reviewed(asked) { review async throws(ClientError) in
                try await decide(call, asked, review)
            }
        }
    }

    /// First whether the browser may be sent back at all, then what is told to the application, then `body`.
    private func reviewed(
        _ asked: AuthorizationRequest,
        _ body: (PeerAuthorizationReview) async throws(ClientError) -> Response
    ) async throws(ClientError) -> Response {
        let request = asked.review
        let review: PeerAuthorizationReview
        do throws(PeerError) {
            review = try await store.ask { (store) throws(PeerError) in try await store.reviewAuthorization(request) }
        } catch {
            switch error.code {
            case .invalidClient, .invalid: return message("This cannot go on", error.message, .badRequest)
            case .invalidScope: return refusal(asked, ("invalid_scope", error.message))
            default: throw ClientError(error)
            }
        }
        if let fault = asked.fault { return refusal(asked, fault) }
        return try await body(review)
    }

    private func decide(
        _ call: Call, _ asked: AuthorizationRequest, _ review: PeerAuthorizationReview
    ) async throws(ClientError) -> Response {
        let seal = call.parameters["form"] ?? ""
        guard guardian.isGood(seal, asked.purpose, cookie: FormGuard.cookie(of: call)) else {
            return page(call, asked, review, problem: "This form has ended. Please try again.", .forbidden)
        }
        guard call.parameters["decision"] != "deny" else {
            return refusal(asked, ("access_denied", "The resource owner denied the request."))
        }
        let login = call.parameters["username"] ?? ""
        do throws(ClientError) {
            try limiter.signIn(login: login, address: call.remoteAddress)
        } catch {
            var answer = page(call, asked, review, problem: "Too many attempts. Try again later.", error.status)
            for (name, value) in error.headers { answer.headers[name] = value }
            return answer
        }
        let request = PeerAuthorize.with {
            $0.asked = asked.review
            $0.codeChallenge = asked.codeChallenge
            $0.login = login
            $0.password = call.parameters["password"] ?? ""
        }
        do throws(PeerError) {
            let answer = try await store.ask(deadlineMilliseconds: StoreAccess.passwordDeadlineMilliseconds) {
                (store) throws(PeerError) in try await store.authorize(request)
            }
            return granted(answer.code, asked, review)
        } catch {
            guard error.code == .invalidGrant else { throw ClientError(error) }
            return page(call, asked, review, problem: error.message, .unprocessableContent)
        }
    }

    private func granted(_ code: String, _ asked: AuthorizationRequest, _ review: PeerAuthorizationReview) -> Response {
        guard asked.isOutOfBand else { return .redirect(privatelyTo: asked.redirect([("code", code)])) }
        return .form(
            templates.html(
                "code", values("Authorization code", ["application": review.application.name, "code": code])),
            cookie: nil)
    }

    private func refusal(_ asked: AuthorizationRequest, _ fault: (code: String, sentence: String)) -> Response {
        guard asked.isOutOfBand else {
            return .redirect(
                privatelyTo: asked.redirect([("error", fault.code), ("error_description", fault.sentence)]))
        }
        return message("No access was given", fault.sentence, .badRequest)
    }

    private func message(_ heading: String, _ text: String, _ status: HTTPResponse.Status) -> Response {
        .form(
            templates.html("message", values(heading, ["heading": heading, "text": text])), status: status, cookie: nil)
    }

    private func page(
        _ call: Call, _ asked: AuthorizationRequest, _ review: PeerAuthorizationReview, problem: String? = nil,
        _ status: HTTPResponse.Status = .ok
    ) -> Response {
        let cookie = guardian.cookie(call)
        let seal = guardian.seal(asked.purpose, cookie: cookie.value)
        var page = values(
            "Let \(review.application.name) in?",
            [
                "application": review.application.name, "domain": site.domain, "action": AuthorizationPages.path,
                "fields": (asked.fields + [("form", seal)]).map { ["name": $0.name, "value": $0.value] },
                "scopes": review.scopes.map { ["name": $0, "words": ScopeMeaning.words($0)] },
                "username": call.parameters["username"] ?? "",
            ])
        if let problem { page["problem"] = problem }
        if let target = asked.source { page["target"] = target }
        return .form(
            templates.html("authorize", page), status: status, cookie: cookie.header, goingTo: asked.source)
    }

    private func values(_ title: String, _ more: [String: Any]) -> [String: Any] {
        more.merging(["site": site.title, "title": "\(title) · \(site.title)", "noindex": true]) { own, _ in own }
    }
}

extension AuthorizationRequest {
    var review: PeerReviewAuthorization {
        .with {
            $0.clientID = clientID
            $0.redirectUri = redirectURI
            $0.scopes = scopes
        }
    }
}
