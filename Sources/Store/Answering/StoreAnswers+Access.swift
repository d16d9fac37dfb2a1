internal import CanonicalStore
internal import Lease
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import SystemClock

extension StoreAnswers {
    func registerApplication(_ request: PeerRegisterApplication) async throws(PeerError) -> PeerApplication {
        let scopes = try Scopes.forRegistration(request.scopes)
        let (name, website, redirects) = try ApplicationRules.checked(request)
        let secret = SecretText.make()
        let application = AccountEvent.Application(
            id: ApplicationID(rawValue: try await nextID()), name: name, website: website, redirectURIs: redirects,
            scopes: scopes, clientID: SecretText.make(), clientSecretHash: SecretText.hash(secret))
        try await line.submit(
            Change(shard: users.shard(of: application.id), facts: [.applicationRegistered(application)]))
        var answer = PeerApplication()
        answer.id = application.id.rawValue
        answer.name = name
        answer.website = website
        answer.redirectUris = redirects
        answer.scopes = scopes
        answer.clientID = application.clientID
        answer.clientSecret = secret
        return answer
    }

    func issueToken(_ request: PeerIssueToken) async throws(PeerError) -> PeerToken {
        let application = try await application(clientID: request.clientID, secret: request.clientSecret)
        if request.grant == .authorizationCode { return try await exchange(request, application) }
        let scopes = try Scopes.forToken(request.scopes, application: application.scopes)
        switch request.grant {
        case .clientCredentials:
            let (secret, token) = newToken(application.id, account: nil, scopes: scopes)
            try await line.submit(Change(shard: users.shard(of: application.id), facts: [.tokenIssued(token)]))
            return PeerToken(secret, token)
        case .password:
            let account = try await signIn(login: request.login, password: request.password)
            let (secret, token) = newToken(application.id, account: account, scopes: scopes)
            try await line.submit(Change(shard: users.shard(of: account), facts: [.tokenIssued(token)]))
            return PeerToken(secret, token)
        case .authorizationCode, .UNRECOGNIZED:
            throw PeerError(.unsupported, "an unknown kind of grant")
        }
    }

    func revokeToken(_ request: PeerRevokeToken) async throws(PeerError) {
        let application = try await application(clientID: request.clientID, secret: request.clientSecret)
        let hash = SecretText.hash(request.token)
        let found = try await ask { () throws(StoreError) in try await users.token(hash: hash) }
        guard let token = found else { return try mustKnowAll() }
        guard token.application == application.id else {
            throw PeerError(.forbidden, "You are not authorized to revoke this token")
        }
        let shard = token.account.map { users.shard(of: $0) } ?? users.shard(of: token.application)
        try await line.submit(Change(shard: shard, facts: [.tokenRevoked(hash: hash)]))
    }

    func createAccount(_ request: PeerCreateAccount) async throws(PeerError) -> PeerToken {
        let problems = SignUpRules.problems(
            username: request.username, email: request.email, password: request.password, reason: request.reason)
        guard problems.isEmpty else { throw SignUpRules.refusal(problems) }
        let application = try await applicationOfSignUp(request)
        let scopes = try Scopes.forToken(request.scopes, application: application?.scopes ?? [])
        let account = Account(
            id: AccountID(rawValue: try await nextID()), username: request.username,
            createdUnixMilliseconds: UnixClock.milliseconds())
        var credentials = try await freeCredentials(of: account, email: request.email, password: request.password)
        credentials.reason = request.reason
        var change = Change(shard: users.shard(of: account.id), facts: [.accountCreated(account, credentials)])
        if request.needsApproval {
            // Before the account, so that it is never there without.
            let pending = Standing.Change(account: account.id, flag: .pending, isOn: true)
            change.facts.insert(.standingChanged(pending), at: 0)
        }
        guard let application else {
            try await line.submit(change)
            return PeerToken.with { $0.account = account.id.rawValue }
        }
        let (secret, token) = newToken(application.id, account: account.id, scopes: scopes)
        change.facts.append(.tokenIssued(token))
        try await line.submit(change)
        return PeerToken(secret, token)
    }

    /// Nil where somebody signs up on a page of ours.
    private func applicationOfSignUp(
        _ request: PeerCreateAccount
    ) async throws(PeerError) -> AccountEvent.Application? {
        guard request.application != 0 else { return nil }
        let found = try await ask { () throws(StoreError) in
            try await users.application(ApplicationID(rawValue: request.application))
        }
        guard let found else {
            try mustKnowAll()
            throw PeerError(.invalidClient, "no such application")
        }
        return found
    }

    /// Credentials of an account that is about to be made, if its name and address are free. Deriving the key is the dear
    /// part: it is not done for a name that is taken already. The line judges it for good.
    func freeCredentials(
        of account: Account, email: String, password: String
    ) async throws(PeerError) -> AccountEvent.Credentials {
        var credentials = AccountEvent.Credentials(email: email.lowercased(), passwordHash: "")
        let early = Change(shard: 0, facts: [.accountCreated(account, credentials)])
        if let refusal = try await SignUpRules.refusals(of: [early], users).first ?? nil { throw refusal }
        credentials.passwordHash = try await passwords.hash(password)
        return credentials
    }

    func nextID() async throws(PeerError) -> UInt64 {
        do {
            return try await issuer.next()
        } catch {
            throw PeerError(.unavailable, "no ids can be given out just now: \(error)")
        }
    }

    /// `refusal` is for a name and a password that do not belong together.
    func signIn(
        login: String, password: String, refusal: PeerError = AuthorizationRules.refusal
    ) async throws(PeerError) -> AccountID {
        let found = try await ask { () throws(StoreError) in try await users.credentials(login: login) }
        let isRight = try await passwords.matches(password, found?.passwordHash)
        guard let found, isRight else {
            if found == nil { try mustKnowAll() }
            throw refusal
        }
        guard !found.isSuspended else { throw PeerError(.invalidGrant, "This account has been suspended.") }
        guard !found.isPending else { throw PeerError(.invalidGrant, "This account is waiting for approval.") }
        return found.account
    }

    private func application(
        clientID: String, secret: String
    ) async throws(PeerError) -> AccountEvent.Application {
        let found = try await ask { () throws(StoreError) in try await users.application(clientID: clientID) }
        guard let found, SecretText.matches(secret, hash: found.clientSecretHash) else {
            if found == nil { try mustKnowAll() }
            throw PeerError(
                .invalidClient,
                "Client authentication failed due to unknown client, no client authentication included, or unsupported "
                    + "authentication method.")
        }
        return found
    }

    func newToken(
        _ application: ApplicationID, account: AccountID?, scopes: [String]
    ) -> (secret: String, token: AccountEvent.AccessToken) {
        let secret = SecretText.make()
        return (
            secret,
            AccountEvent.AccessToken(
                hash: SecretText.hash(secret), application: application, account: account, scopes: scopes,
                createdUnixMilliseconds: UnixClock.milliseconds())
        )
    }
}

extension PeerToken {
    init(_ secret: String, _ token: AccountEvent.AccessToken) {
        self.init()
        accessToken = secret
        scopes = token.scopes
        createdUnixMilliseconds = token.createdUnixMilliseconds
        account = token.account?.rawValue ?? 0
    }
}
