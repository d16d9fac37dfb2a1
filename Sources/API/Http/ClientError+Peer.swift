internal import HTTPTypes
internal import Peers

extension ClientError {
    /// What a client is told of an error of a peer. Only texts that were written for clients go through.
    init(_ error: PeerError) {
        switch error.code {
        case .notFound: self = .notFound
        case .invalid:
            self.init(.unprocessableContent, error.message)
            details = error.problems.map {
                Detail(field: $0.field, code: $0.error, description: $0.text)
            }
        case .unauthorized: self = .invalidToken
        case .forbidden: self = .notAllowed
        case .invalidClient: self = .oauth(.unauthorized, "invalid_client", error.message)
        case .invalidGrant: self = .oauth(.badRequest, "invalid_grant", error.message)
        case .invalidScope: self = .oauth(.badRequest, "invalid_scope", error.message)
        case .unavailable, .notHolder:
            self = .unavailable("The account service cannot be reached just now; try again in a moment")
        default:
            // Trying again does not help: the peer itself has failed, or the releases do not fit together.
            self = .failure
            cause = "a peer: \(error)"
        }
    }
}
