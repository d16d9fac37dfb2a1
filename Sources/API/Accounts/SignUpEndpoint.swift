internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `POST /api/v1/accounts`: a new account, and a token for it that works at once, or once the account is
/// approved.
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
        let mode = live.values.signUp
        guard mode != .closed else { throw ClientError(.forbidden, "Registrations are closed") }
        let problems = SignUpForm.problems(call.parameters)
        guard problems.isEmpty else { throw SignUpForm.refusal(problems) }
        try limiter.signUp(address: call.remoteAddress)
        let request = PeerCreateAccount.with {
            $0.application = viewer.application.rawValue
            $0.scopes = viewer.scopes
            $0.needsApproval = mode == .approval
            $0.username = call.parameters["username"] ?? ""
            $0.email = call.parameters["email"] ?? ""
            $0.password = call.parameters["password"] ?? ""
            $0.reason = SignUpForm.reason(call.parameters)
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
}
