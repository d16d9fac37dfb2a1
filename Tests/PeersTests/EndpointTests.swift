import Foundation
import NIOCore
import NIOPosix
import Peers
import StatuscastModel
import SwiftProtobuf
import Testing
import Wire

struct EndpointTests {
    private func withStore(
        _ service: FakeStore, _ body: (StoreClient) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        let server = try await serve(StoreEndpoint(service: service), at: scratch.socket("store"))
        let wire = WireClient(address: server.address, group: MultiThreadedEventLoopGroup.singleton)
        do { try await body(StoreClient(wire)) } catch { Issue.record(error) }
        await wire.close()
        await server.stop(graceMilliseconds: 100)
    }

    @Test func everyMethodOfTheStoreReachesItsService() async throws {
        let service = FakeStore(name: "alice")
        try await withStore(service) { store in
            let application = try await store.registerApplication(
                .with {
                    $0.name = "toot"
                    $0.redirectUris = ["a:b", "c:d"]
                })
            #expect(application.name == "toot" && application.redirectUris == ["a:b", "c:d"])
            #expect(try await store.issueToken(.with { $0.grant = .password }).accessToken == "password")
            try await store.revokeToken(PeerRevokeToken())
            #expect(try await store.authenticate(.with { $0.tokenHash = Data([1, 2, 3]) }).known)
            #expect(try await store.createAccount(.with { $0.username = "bob" }).accessToken == "bob")
            #expect(
                try await store.accounts(ids: [AccountID(rawValue: 5), AccountID(rawValue: 4)]).map(\.id) == [5, 4])
            #expect(try await store.accounts(named: ["x"]).map(\.username) == ["alice"])
            #expect(try await store.searchAccounts(.with { $0.limit = 9 }).map(\.id) == [9])
            #expect(try await store.follow(.with { $0.followee = 2 }).following)
            #expect(try await store.unfollow(.with { $0.followee = 2 }).following == false)
            #expect(try await store.relationships(.with { $0.accounts = [1, 2] }).map(\.account) == [1, 2])
            #expect(try await store.statuses(ids: [StatusID(rawValue: 8)]).map(\.id) == [8])
            #expect(try await store.instanceCounts().users == 3)
            #expect(service.calls == 13)
        }
    }

    @Test func everyQuestionAboutInteractionsReachesItsService() async throws {
        try await withStore(FakeStore(name: "alice")) { store in
            let ids = [StatusID(rawValue: 8), StatusID(rawValue: 9)]
            let reactions = try await store.reactions(
                .with {
                    $0.viewer = 4
                    $0.statuses = ids.map(\.rawValue)
                })
            #expect(reactions.map(\.status) == [8, 9] && reactions.allSatisfy { $0.own == 4 })
            #expect(try await store.interactions(.with { $0.kind = 3 }).map(\.cursor) == [3])
            #expect(try await store.threadRoots(of: ids) == ids.reversed())
            let thread = try await store.thread(
                .with {
                    $0.status = 2
                    $0.parent = 1
                })
            #expect(thread.ancestors == [1] && thread.descendants == [2])
            #expect(try await store.versions(of: ids[0]).records == [Data([8])])
        }
    }

    @Test func errorsKeepTheirCodesAndProblemsOnTheWay() async throws {
        let service = FakeStore(name: "alice")
        let problems = [
            PeerError.Problem(field: "username", error: "ERR_TAKEN", text: "has already been taken"),
            PeerError.Problem(field: "email", error: "ERR_INVALID", text: "is invalid"),
        ]
        let errors: [PeerError] = [
            PeerError(
                .invalid, "Validation failed: Username has already been taken, Email is invalid", problems: problems),
            PeerError(.unavailable, "later"), PeerError(.notFound, ""), PeerError(.unauthorized, "a"),
            PeerError(.forbidden, "b"), PeerError(.invalidClient, "c"), PeerError(.invalidGrant, "d"),
            PeerError(.invalidScope, "e"), PeerError(.notHolder, "f"), PeerError(.failed, "g"),
        ]
        service.fail(with: errors)
        try await withStore(service) { store in
            for expected in errors {
                do throws(PeerError) {
                    _ = try await store.instanceCounts()
                    Issue.record("no error")
                } catch {
                    #expect(error == expected)
                }
            }
            #expect(errors[0].field == "username")
        }
    }

    @Test func whatDoesNotDecodeOrIsUnknownIsRefused() async throws {
        let scratch = try Scratch()
        let server = try await serve(StoreEndpoint(service: FakeStore(name: "x")), at: scratch.socket("store"))
        let wire = WireClient(address: server.address, group: MultiThreadedEventLoopGroup.singleton)
        await #expect(throws: WireError.self) {
            try await wire.call(PeerMethod.follow, control: ByteBuffer(bytes: [0xFF, 0xFF, 0xFF]))
        }
        let mailbox = MailboxClient(wire)
        do throws(PeerError) {
            _ = try await mailbox.freshen(.public)
            Issue.record("no error")
        } catch {
            #expect(error.code == .unsupported)
        }
        await wire.close()
        await server.stop(graceMilliseconds: 100)
    }

    @Test func mailboxAndIssuerMethodsReachTheirServices() async throws {
        let scratch = try Scratch()
        var router = WireRouter()
        router.register(MailboxEndpoint.methods, MailboxEndpoint(service: FakeMailboxes()))
        router.register(IssuerEndpoint.methods, IssuerEndpoint(service: FakeIssuer()))
        let server = try await serve(router, at: scratch.socket("deliver"))
        let wire = WireClient(address: server.address, group: MultiThreadedEventLoopGroup.singleton)
        let mailbox = MailboxClient(wire)
        #expect(try await mailbox.freshen(.home(AccountID(rawValue: 1))).version == 5)
        try await mailbox.watch(PeerWatchMailboxes())
        #expect(try await mailbox.awaitChanges(.with { $0.after = 3 }).sequence == 4)
        let issuer = IssuerClient(wire)
        #expect(try await issuer.recentStatus(StatusID(rawValue: 1)).draft == Data([9]))
        await #expect(throws: PeerError(.notFound, "not recent")) {
            try await issuer.recentStatus(StatusID(rawValue: 2))
        }
        await wire.close()
        await server.stop(graceMilliseconds: 100)
    }
}
