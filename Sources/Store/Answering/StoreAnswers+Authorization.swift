internal import CanonicalStore
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import SystemClock

/// The authorization code grant (RFC 6749, 4.1): a person consents, the application gets a code, and exchanges it once.
extension StoreAnswers {
    func reviewAuthorization(_ request: PeerReviewAuthorization) async throws(PeerError) -> PeerAuthorizationReview {
        let (application, scopes) = try await reviewed(request)
        return PeerAuthorizationReview.with {
            $0.application = PeerApplication(application)
            $0.scopes = scopes
        }
    }

    func authorize(_ request: PeerAuthorize) async throws(PeerError) -> PeerAuthorizationCode {
        let (application, scopes) = try await reviewed(request.asked)
        guard request.codeChallenge.isEmpty || CodeChallenge.isWellFormed(request.codeChallenge) else {
            throw PeerError(.invalid, "The code challenge is no S256 challenge.")
        }
        let account = try await signIn(
            login: request.login, password: request.password,
            refusal: PeerError(.invalidGrant, "The name or the password is wrong."))
        let code = SecretText.make()
        let authorization = Authorization(
            codeHash: SecretText.hash(code), application: application.id, account: account, scopes: scopes,
            redirectURI: request.asked.redirectUri, codeChallenge: request.codeChallenge,
            createdUnixMilliseconds: UnixClock.milliseconds())
        try await line.submit(
            Change(shard: users.shard(of: account), facts: [.authorizationIssued(authorization)]))
        return PeerAuthorizationCode.with { $0.code = code }
    }

    /// A token for a code. A code that was used before ends the token that it was used for: one of the two who have
    /// it is a thief.
    func exchange(
        _ request: PeerIssueToken, _ application: AccountEvent.Application
    ) async throws(PeerError) -> PeerToken {
        let codeHash = SecretText.hash(request.code)
        let found = try await ask { () throws(StoreError) in try await users.authorization(codeHash: codeHash) }
        guard let found else {
            try mustKnowAll()
            throw AuthorizationRules.refusal
        }
        let authorization = found.authorization
        guard authorization.application == application.id else { throw AuthorizationRules.refusal }
        if found.tokenHash != nil { try await endToken(of: authorization) }
        let age = UnixClock.milliseconds().subtractingReportingOverflow(authorization.createdUnixMilliseconds)
        guard age.overflow || age.partialValue < Authorization.lifetimeMilliseconds,
            authorization.redirectURI == request.redirectUri,
            authorization.codeChallenge.isEmpty
                || CodeChallenge.matches(request.codeVerifier, authorization.codeChallenge)
        else { throw AuthorizationRules.refusal }
        try await mayHaveToken(authorization.account)
        let (secret, token) = newToken(application.id, account: authorization.account, scopes: authorization.scopes)
        let use = Authorization.Use(account: authorization.account, codeHash: codeHash, tokenHash: token.hash)
        do throws(PeerError) {
            try await line.submit(
                Change(
                    shard: users.shard(of: authorization.account),
                    facts: [.tokenIssued(token), .authorizationUsed(use)]))
        } catch {
            if error.code == .invalidGrant { try await endToken(of: authorization) }
            throw error
        }
        return PeerToken(secret, token)
    }

    /// Ends the token that a code was used for, and refuses the code.
    private func endToken(of authorization: Authorization) async throws(PeerError) {
        let stored = try await ask { () throws(StoreError) in
            try await users.authorization(codeHash: authorization.codeHash)
        }
        if let token = stored?.tokenHash {
            try await line.submit(
                Change(shard: users.shard(of: authorization.account), facts: [.tokenRevoked(hash: token)]))
        }
        throw AuthorizationRules.refusal
    }

    /// The person may have been suspended since the consent.
    private func mayHaveToken(_ account: AccountID) async throws(PeerError) {
        let found = try await ask { () throws(StoreError) in try await users.accounts([account]) }
        guard let stored = found[account], !stored.account.suspended, !stored.isPending else {
            throw AuthorizationRules.refusal
        }
    }

    private func reviewed(
        _ request: PeerReviewAuthorization
    ) async throws(PeerError) -> (AccountEvent.Application, [String]) {
        let found = try await ask { () throws(StoreError) in try await users.application(clientID: request.clientID) }
        guard let application = found else {
            try mustKnowAll()
            throw PeerError(.invalidClient, "The application that sent you here is not known to this server.")
        }
        guard application.redirectURIs.contains(request.redirectUri) else {
            throw PeerError(
                .invalid, "The application wants to send you to an address that it has not registered.")
        }
        return (application, try Scopes.forToken(request.scopes, application: application.scopes))
    }
}

extension PeerApplication {
    /// Without the secret, which nobody knows any more.
    fileprivate init(_ application: AccountEvent.Application) {
        self.init()
        id = application.id.rawValue
        name = application.name
        website = application.website
        redirectUris = application.redirectURIs
        scopes = application.scopes
        clientID = application.clientID
    }
}
