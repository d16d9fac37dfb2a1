internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `POST /api/v1/accounts`: a new account, and a token for it that works at once.
struct SignUpEndpoint: Sendable {
    let store: StoreAccess
    let limiter: RateLimiter
    let live: FrontLive

    func add(to routes: Routes) {
        routes.post("/api/v1/accounts", .application) { call async throws(ClientError) in try await signUp(call) }
    }

    private func signUp(_ call: Call) async throws(ClientError) -> Response {
        guard let viewer = call.viewer, viewer.account == nil else {
            throw ClientError(.forbidden, "This method requires an application's own token")
        }
        guard viewer.allows(.writeAccounts) else { throw .outsideScopes }
        guard live.values.registrationsOpen else { throw ClientError(.forbidden, "Registrations are closed") }
        let problems = problems(call.parameters)
        guard problems.isEmpty else { throw SignUpEndpoint.refusal(problems) }
        try limiter.signUp(address: call.remoteAddress)
        let request = PeerCreateAccount.with {
            $0.application = viewer.application.rawValue
            $0.scopes = viewer.scopes
            $0.username = call.parameters["username"] ?? ""
            $0.email = call.parameters["email"] ?? ""
            $0.password = call.parameters["password"] ?? ""
        }
        do throws(PeerError) {
            let token = try await store.ask(deadlineMilliseconds: StoreAccess.passwordDeadlineMilliseconds) {
                (store) throws(PeerError) in try await store.createAccount(request)
            }
            return .json { TokenJSON.write(token, to: &$0) }
        } catch {
            throw ClientError(error)
        }
    }

    private func problems(_ parameters: RequestParameters) -> [ClientError.Detail] {
        var problems: [ClientError.Detail] = []
        func add(_ field: String, _ code: String, _ description: String) {
            problems.append(.init(field: field, code: code, description: description))
        }
        let username = parameters["username"] ?? ""
        if username.isEmpty {
            add("username", "ERR_BLANK", "can't be blank")
        } else if username.utf8.count > Limits.usernameCharacters {
            add("username", "ERR_TOO_LONG", "is too long (maximum is \(Limits.usernameCharacters) characters)")
        } else if !Username.isValid(username) {
            add("username", "ERR_INVALID", "must contain only letters, numbers and underscores")
        }
        let email = parameters["email"] ?? ""
        if email.isEmpty {
            add("email", "ERR_BLANK", "can't be blank")
        } else if email.utf8.count > Limits.emailBytes || !SignUpEndpoint.looksLikeEmail(email) {
            add("email", "ERR_INVALID", "is not a valid e-mail address")
        }
        let password = parameters["password"] ?? ""
        if password.isEmpty {
            add("password", "ERR_BLANK", "can't be blank")
        } else if password.utf8.count < Limits.passwordBytes.lowerBound {
            add("password", "ERR_TOO_SHORT", "is too short (minimum is \(Limits.passwordBytes.lowerBound) characters)")
        } else if password.utf8.count > Limits.passwordBytes.upperBound {
            add("password", "ERR_TOO_LONG", "is too long (maximum is \(Limits.passwordBytes.upperBound) bytes)")
        }
        if !parameters.flag("agreement") { add("agreement", "ERR_ACCEPTED", "must be accepted") }
        return problems
    }

    private static func looksLikeEmail(_ email: String) -> Bool {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !email.contains { $0.isWhitespace }
    }

    private static func refusal(_ problems: [ClientError.Detail]) -> ClientError {
        let sentences = problems.map { "\($0.field.prefix(1).uppercased())\($0.field.dropFirst()) \($0.description)" }
        var error = ClientError.validation(sentences.joined(separator: ", "))
        error.details = problems
        return error
    }
}
