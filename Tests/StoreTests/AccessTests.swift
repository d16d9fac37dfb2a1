import CanonicalStore
import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Testing

struct AccessTests {
    private func withStore(_ body: (StoreClient) async throws -> Void) async throws {
        let world = try World()
        try await world.withStore(nil, body)
        await world.end()
    }

    private func authenticate(_ token: String, _ store: StoreClient) async throws -> PeerAuthenticated {
        try await store.authenticate(.with { $0.tokenHash = Data(SecretText.hash(token)) })
    }

    @Test func somebodySignsUpAndSignsInAndOut() async throws {
        try await withStore { store in
            let application = try await store.application()
            let own = try await store.issueToken(
                .with {
                    $0.clientID = application.clientID
                    $0.clientSecret = application.clientSecret
                    $0.scopes = ["read"]
                })
            #expect(own.account == 0 && own.scopes == ["read"])
            #expect(try await authenticate(own.accessToken, store).application == application.id)

            let first = try await store.signUp("Alice", application)
            let known = try await authenticate(first.accessToken, store)
            #expect(known.known && known.account == first.account && known.applicationName == "toot")
            #expect(known.scopes == ["read", "write", "follow"])

            for login in ["alice@EXAMPLE.org", "ALICE"] {
                let token = try await store.issueToken(
                    .with {
                        $0.grant = .password
                        $0.clientID = application.clientID
                        $0.clientSecret = application.clientSecret
                        $0.login = login
                        $0.password = "correct horse"
                    })
                #expect(token.account == first.account)
            }
            let revocation = PeerRevokeToken.with {
                $0.clientID = application.clientID
                $0.clientSecret = application.clientSecret
                $0.token = first.accessToken
            }
            try await store.revokeToken(revocation)
            #expect(try await authenticate(first.accessToken, store).known == false)
            try await store.revokeToken(revocation)
        }
    }

    @Test func wrongCredentialsAreRefusedEachInItsWay() async throws {
        try await withStore { store in
            let application = try await store.application(scopes: ["read"])
            let other = try await store.application()
            let token = try await store.signUp("alice", application)
            var request = PeerIssueToken.with {
                $0.grant = .password
                $0.clientID = application.clientID
                $0.clientSecret = application.clientSecret
                $0.login = "alice"
                $0.password = "wrong horse"
            }
            #expect(
                await peerError { () throws(PeerError) in _ = try await store.issueToken(request) }?.code
                    == .invalidGrant)
            request.login = "nobody"
            #expect(
                await peerError { () throws(PeerError) in _ = try await store.issueToken(request) }?.code
                    == .invalidGrant)
            request.scopes = ["read:statuses", "write"]
            #expect(
                await peerError { () throws(PeerError) in _ = try await store.issueToken(request) }?.code
                    == .invalidScope)
            request.clientSecret = other.clientSecret
            #expect(
                await peerError { () throws(PeerError) in _ = try await store.issueToken(request) }?.code
                    == .invalidClient)
            request.clientID = "unknown"
            #expect(
                await peerError { () throws(PeerError) in _ = try await store.issueToken(request) }?.code
                    == .invalidClient)
            let foreign = await peerError { () throws(PeerError) in
                try await store.revokeToken(
                    .with {
                        $0.clientID = other.clientID
                        $0.clientSecret = other.clientSecret
                        $0.token = token.accessToken
                    })
            }
            #expect(foreign?.code == .forbidden)
            #expect(try await authenticate(token.accessToken, store).known)
            #expect(try await authenticate("never issued", store).known == false)
        }
    }

    @Test func everyWrongFieldIsNamed() async throws {
        try await withStore { store in
            let application = try await store.application()
            _ = try await store.signUp("alice", application)
            func problems(_ name: String, _ email: String, _ password: String) async -> [String] {
                let error = await peerError { () throws(PeerError) in
                    _ = try await store.createAccount(
                        .with {
                            $0.application = application.id
                            $0.username = name
                            $0.email = email
                            $0.password = password
                        })
                }
                #expect(error?.code == .invalid)
                #expect(error?.message.hasPrefix("Validation failed: ") == true)
                return error?.problems.map { "\($0.field) \($0.error)" } ?? []
            }
            #expect(await problems("", "", "") == ["username ERR_BLANK", "email ERR_BLANK", "password ERR_BLANK"])
            #expect(
                await problems("a b", "a@", "short")
                    == ["username ERR_INVALID", "email ERR_INVALID", "password ERR_TOO_SHORT"])
            #expect(
                await problems(String(repeating: "a", count: 31), "x@example.org", String(repeating: "p", count: 73))
                    == ["username ERR_TOO_LONG", "password ERR_TOO_LONG"])
            #expect(
                await problems("ALICE", "Alice@Example.org", "long enough") == [
                    "username ERR_TAKEN", "email ERR_TAKEN",
                ])
        }
    }

    @Test func applicationsMustSayWhoTheyAre() async throws {
        try await withStore { store in
            func code(_ name: String, _ redirects: [String], _ scopes: [String]) async -> PeerError.Code? {
                await peerError { () throws(PeerError) in
                    _ = try await store.registerApplication(
                        .with {
                            $0.name = name
                            $0.redirectUris = redirects
                            $0.scopes = scopes
                        })
                }?.code
            }
            #expect(await code(" ", ["a:b"], []) == .invalid)
            #expect(await code("x", [], []) == .invalid)
            #expect(await code("x", ["no address"], []) == .invalid)
            #expect(await code("x", ["a:b"], ["everything"]) == .invalid)
            #expect(
                await code("x", ["https://x.example/back\nurn:ietf:wg:oauth:2.0:oob"], ["read write:statuses"]) == nil)
        }
    }

    @Test func ofManyWhoWantOneNameOneGetsIt() async throws {
        try await withStore { store in
            let application = try await store.application()
            let won = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        let name = index.isMultiple(of: 2) ? "Popular" : "popular"
                        return (try? await store.signUp(name, application)) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(won == 1)
            #expect(try await store.accounts(named: ["POPULAR"]).count == 1)
        }
    }
}
