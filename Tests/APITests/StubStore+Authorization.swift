import Peers
import SwiftProtobuf

/// Applications and consents of the store in memory: one application, with two addresses.
extension StubStore {
    static let redirectURIs = ["urn:ietf:wg:oauth:2.0:oob", "https://app.example/back?x=1"]

    func reviewAuthorization(_ request: PeerReviewAuthorization) async throws(PeerError) -> PeerAuthorizationReview {
        guard request.clientID == "client" else { throw PeerError(.invalidClient, "no such application") }
        guard StubStore.redirectURIs.contains(request.redirectUri) else { throw PeerError(.invalid, "not registered") }
        guard request.scopes.allSatisfy({ $0 == "read" || $0 == "write:statuses" }) else {
            throw PeerError(.invalidScope, "too much")
        }
        return .with {
            $0.application.name = "<App>"
            $0.scopes = request.scopes
        }
    }

    func authorize(_ request: PeerAuthorize) async throws(PeerError) -> PeerAuthorizationCode {
        _ = try await reviewAuthorization(request.asked)
        guard request.login == "alice", request.password == "password" else {
            throw PeerError(.invalidGrant, "The name or the password is wrong.")
        }
        return .with { $0.code = "the-code" }
    }
}
