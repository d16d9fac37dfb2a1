internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `/oauth/token` and `/oauth/revoke`
struct TokenEndpoints: Sendable {
    let store: StoreAccess
    let tokens: TokenCache
    let limiter: RateLimiter

    func add(to routes: Routes) {
        routes.post("/oauth/token") { call async throws(ClientError) in try await issue(call) }
        routes.post("/oauth/revoke") { call async throws(ClientError) in try await revoke(call) }
    }

    private func issue(_ call: Call) async throws(ClientError) -> Response {
        let client = TokenEndpoints.client(call)
        var request = PeerIssueToken()
        request.clientID = client.id
        request.clientSecret = client.secret
        request.scopes = ScopeList.read(call.parameters)
        switch call.parameters["grant_type"] {
        case "client_credentials": request.grant = .clientCredentials
        case "password":
            request.grant = .password
            request.login = call.parameters["username"] ?? call.parameters["email"] ?? ""
            request.password = call.parameters["password"] ?? ""
            try limiter.signIn(login: request.login, address: call.remoteAddress)
        case "authorization_code":
            request.grant = .authorizationCode
            request.code = call.parameters["code"] ?? ""
            request.redirectUri = call.parameters["redirect_uri"] ?? ""
            request.codeVerifier = call.parameters["code_verifier"] ?? ""
        case nil, "": throw .oauth(.badRequest, "invalid_request", "Missing required parameter: grant_type.")
        default:
            throw .oauth(
                .badRequest, "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server.")
        }
        let final = request
        do throws(PeerError) {
            let token = try await store.ask(deadlineMilliseconds: StoreAccess.passwordDeadlineMilliseconds) {
                (store) throws(PeerError) in try await store.issueToken(final)
            }
            return .json { TokenJSON.write(token, to: &$0) }
        } catch {
            throw ClientError(error)
        }
    }

    private func revoke(_ call: Call) async throws(ClientError) -> Response {
        let client = TokenEndpoints.client(call)
        guard let token = call.parameters.text("token") else {
            throw .oauth(.badRequest, "invalid_request", "Missing required parameter: token.")
        }
        let request = PeerRevokeToken.with {
            $0.clientID = client.id
            $0.clientSecret = client.secret
            $0.token = token
        }
        do throws(PeerError) {
            try await store.ask { (store) throws(PeerError) in try await store.revokeToken(request) }
        } catch {
            if error.code == .forbidden {
                throw .oauth(.forbidden, "unauthorized_client", "You are not authorized to revoke this token")
            }
            throw ClientError(error)
        }
        tokens.revoke(TokenHash(of: token))
        return .json(Array("{}".utf8))
    }

    private static func client(_ call: Call) -> (id: String, secret: String) {
        let basic = call.basicCredentials
        return (
            call.parameters["client_id"] ?? basic?.user ?? "", call.parameters["client_secret"] ?? basic?.password ?? ""
        )
    }
}
