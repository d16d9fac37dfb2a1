import CanonicalStore
import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import SystemClock
import Testing

/// Codes that applications exchange for tokens.
struct AuthorizationTests {
    private static let outOfBand = "urn:ietf:wg:oauth:2.0:oob"
    /// From RFC 7636, appendix B.
    private static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    private func withStore(_ body: (World, StoreClient) async throws -> Void) async throws {
        let world = try World()
        try await world.withStore(nil) { try await body(world, $0) }
        await world.end()
    }

    private func knows(_ token: String, _ store: StoreClient) async throws -> Bool {
        try await store.authenticate(.with { $0.tokenHash = Data(SecretText.hash(token)) }).known
    }

    private func consent(
        _ application: PeerApplication, scopes: [String] = ["read"], challenge: String = "",
        password: String = "correct horse"
    ) -> PeerAuthorize {
        .with {
            $0.asked.clientID = application.clientID
            $0.asked.redirectUri = Self.outOfBand
            $0.asked.scopes = scopes
            $0.codeChallenge = challenge
            $0.login = "alice"
            $0.password = password
        }
    }

    private func exchange(_ code: String, _ application: PeerApplication, verifier: String = "") -> PeerIssueToken {
        .with {
            $0.grant = .authorizationCode
            $0.clientID = application.clientID
            $0.clientSecret = application.clientSecret
            $0.code = code
            $0.redirectUri = Self.outOfBand
            $0.codeVerifier = verifier
        }
    }

    private func refusal(_ request: PeerIssueToken, _ store: StoreClient) async -> PeerError.Code? {
        await peerError { () throws(PeerError) in _ = try await store.issueToken(request) }?.code
    }

    @Test func aCodeIsExchangedOnceAndASecondTimeEndsTheToken() async throws {
        try await withStore { _, store in
            let application = try await store.application()
            _ = try await store.signUp("alice", application)
            let code = try await store.authorize(consent(application, scopes: ["read", "write:statuses"])).code
            let token = try await store.issueToken(exchange(code, application))
            #expect(token.scopes == ["read", "write:statuses"])
            #expect(try await knows(token.accessToken, store))
            #expect(await refusal(exchange(code, application), store) == .invalidGrant)
            #expect(try await knows(token.accessToken, store) == false)
            #expect(await refusal(exchange(code, application), store) == .invalidGrant)
        }
    }

    @Test func ofManyWhoExchangeOneCodeNobodyKeepsAToken() async throws {
        try await withStore { _, store in
            let application = try await store.application()
            _ = try await store.signUp("alice", application)
            let code = try await store.authorize(consent(application)).code
            let request = exchange(code, application)
            let tokens = await withTaskGroup(of: PeerToken?.self) { group in
                for _ in 0..<8 { group.addTask { try? await store.issueToken(request) } }
                return await group.reduce(into: [PeerToken]()) { if let token = $1 { $0.append(token) } }
            }
            #expect(tokens.count == 1)
            #expect(try await knows(tokens.first?.accessToken ?? "", store) == false)
        }
    }

    @Test func aCodeIsBoundToApplicationAddressAndVerifier() async throws {
        try await withStore { _, store in
            let application = try await store.application()
            let other = try await store.application()
            _ = try await store.signUp("alice", application)
            let code = try await store.authorize(consent(application, challenge: Self.challenge)).code
            #expect(await refusal(exchange(code, other, verifier: Self.verifier), store) == .invalidGrant)
            #expect(await refusal(exchange(code, application), store) == .invalidGrant)
            #expect(await refusal(exchange(code, application, verifier: Self.challenge), store) == .invalidGrant)
            var elsewhere = exchange(code, application, verifier: Self.verifier)
            elsewhere.redirectUri = "https://elsewhere.example/"
            #expect(await refusal(elsewhere, store) == .invalidGrant)
            #expect(await refusal(exchange("invented", application), store) == .invalidGrant)
            #expect(await refusal(exchange(code, application, verifier: Self.verifier), store) == nil)
        }
    }

    @Test func consentsAreJudged() async throws {
        try await withStore { _, store in
            let application = try await store.application(scopes: ["read"])
            _ = try await store.signUp("alice", application)
            func code(_ change: (inout PeerAuthorize) -> Void) async -> PeerError.Code? {
                var request = consent(application)
                change(&request)
                let asked = request
                return await peerError { () throws(PeerError) in _ = try await store.authorize(asked) }?.code
            }
            #expect(await code { _ in } == nil)
            #expect(await code { $0.password = "wrong horse" } == .invalidGrant)
            #expect(await code { $0.asked.clientID = "x" } == .invalidClient)
            #expect(await code { $0.asked.redirectUri = "https://elsewhere.example/" } == .invalid)
            #expect(await code { $0.asked.scopes = ["write"] } == .invalidScope)
            #expect(await code { $0.codeChallenge = "short" } == .invalid)
        }
    }

    @Test func anOldCodeIsWorthNothing() async throws {
        try await withStore { world, store in
            let application = try await store.application()
            let account = try await store.signUp("alice", application).account
            for (name, age, expected) in [
                ("old", Authorization.lifetimeMilliseconds + 1_000, PeerError.Code.invalidGrant), ("young", 0, nil),
            ] {
                let issued = Authorization(
                    codeHash: SecretText.hash(name), application: ApplicationID(rawValue: application.id),
                    account: AccountID(rawValue: account), scopes: ["read"], redirectURI: Self.outOfBand,
                    codeChallenge: "", createdUnixMilliseconds: UnixClock.milliseconds() - age)
                try await world.append([
                    AccountEvent(id: EventID(rawValue: account + age + 7), change: .authorizationIssued(issued))
                ])
                #expect(try await eventually { try await world.depth(Topics.accounts) == 0 })
                #expect(await refusal(exchange(name, application), store) == expected)
            }
        }
    }

    @Test func whoWaitsForApprovalCannotSignInAndIsNotFound() async throws {
        try await withStore { world, store in
            let application = try await store.application()
            let token = try await store.createAccount(
                .with {
                    $0.application = application.id
                    $0.username = "alice"
                    $0.email = "alice@example.org"
                    $0.password = "correct horse"
                    $0.needsApproval = true
                })
            let hash = Data(SecretText.hash(token.accessToken))
            #expect(try await store.authenticate(.with { $0.tokenHash = hash }).pending)
            #expect(try await store.accounts(named: ["alice"]).isEmpty)
            let refused = await peerError { () throws(PeerError) in _ = try await store.authorize(consent(application))
            }
            #expect(refused?.code == .invalidGrant && refused?.message.contains("approval") == true)
            let approved = Standing.Change(account: AccountID(rawValue: token.account), flag: .pending, isOn: false)
            try await world.append([
                AccountEvent(id: EventID(rawValue: token.account + 20_000 << 16), change: .standingChanged(approved))
            ])
            #expect(
                try await eventually { try await store.authenticate(.with { $0.tokenHash = hash }).pending == false })
            _ = try await store.authorize(consent(application))
        }
    }
}
