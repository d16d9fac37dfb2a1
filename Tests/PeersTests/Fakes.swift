import Foundation
import NIOCore
import NIOPosix
import Peers
import StatuscastModel
import Synchronization
import SwiftProtobuf
import Wire

/// Answers with its name, or as the test wants it.
final class FakeStore: StoreService {
    let name: String
    private let failures = Mutex<[PeerError]>([])
    private let count = Mutex(0)

    init(name: String) { self.name = name }

    /// The next calls fail with these.
    func fail(with errors: [PeerError]) { failures.withLock { $0 = errors } }
    var calls: Int { count.withLock { $0 } }

    private func enter() throws(PeerError) {
        count.withLock { $0 += 1 }
        let failure: PeerError? = failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let failure { throw failure }
    }

    private func account(_ id: UInt64) -> PeerAccount {
        .with {
            $0.id = id
            $0.username = name
        }
    }

    func registerApplication(_ request: PeerRegisterApplication) async throws(PeerError) -> PeerApplication {
        try enter()
        return .with {
            $0.name = request.name
            $0.redirectUris = request.redirectUris
        }
    }

    func issueToken(_ request: PeerIssueToken) async throws(PeerError) -> PeerToken {
        try enter()
        return .with { $0.accessToken = "\(request.grant)" }
    }

    func reviewAuthorization(_ request: PeerReviewAuthorization) async throws(PeerError) -> PeerAuthorizationReview {
        try enter()
        return .with {
            $0.application.clientID = request.clientID
            $0.scopes = request.scopes
        }
    }

    func authorize(_ request: PeerAuthorize) async throws(PeerError) -> PeerAuthorizationCode {
        try enter()
        return .with { $0.code = request.login }
    }

    func revokeToken(_ request: PeerRevokeToken) async throws(PeerError) { try enter() }

    func authenticate(_ request: PeerAuthenticate) async throws(PeerError) -> PeerAuthenticated {
        try enter()
        return .with { $0.known = request.tokenHash == Data([1, 2, 3]) }
    }

    func createAccount(_ request: PeerCreateAccount) async throws(PeerError) -> PeerToken {
        try enter()
        return .with { $0.accessToken = request.username }
    }

    func accounts(ids: [AccountID]) async throws(PeerError) -> [PeerAccount] {
        try enter()
        return ids.map { account($0.rawValue) }
    }

    func accounts(named names: [String]) async throws(PeerError) -> [PeerAccount] {
        try enter()
        return names.map { _ in account(7) }
    }

    func searchAccounts(_ request: PeerAccountSearch) async throws(PeerError) -> [PeerAccount] {
        try enter()
        return [account(UInt64(request.limit))]
    }

    func follow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship {
        try enter()
        return .with {
            $0.account = request.followee
            $0.following = true
        }
    }

    func unfollow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship {
        try enter()
        return .with { $0.account = request.followee }
    }

    func relationships(_ request: PeerRelationshipQuery) async throws(PeerError) -> [PeerRelationship] {
        try enter()
        return request.accounts.map { id in .with { $0.account = id } }
    }

    func statuses(ids: [StatusID]) async throws(PeerError) -> [PeerStoredStatus] {
        try enter()
        return ids.map { id in .with { $0.id = id.rawValue } }
    }

    func instanceCounts() async throws(PeerError) -> PeerInstanceCounts {
        try enter()
        return .with { $0.users = 3 }
    }
}

struct FakeMailboxes: MailboxService {
    func freshen(_ request: PeerFreshenMailbox) async throws(PeerError) -> PeerMailboxVersion {
        guard let address = Address(request.address), address.kind == "home" else {
            throw PeerError(.notHolder, "not mine")
        }
        return .with { $0.version = 5 }
    }

    func watch(_ request: PeerWatchMailboxes) async throws(PeerError) {}

    func awaitChanges(_ request: PeerAwaitChanges) async throws(PeerError) -> PeerChanges {
        .with { $0.sequence = request.after + 1 }
    }
}

struct FakeIssuer: IssuerService {
    func recentStatus(_ request: PeerRecentStatus) async throws(PeerError) -> PeerRecentDraft {
        guard request.id == 1 else { throw PeerError(.notFound, "not recent") }
        return .with { $0.draft = Data([9]) }
    }
}

/// A directory of its own, removed when the test is done with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = "/tmp/peers-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func socket(_ name: String) -> WireAddress { .unix(path: "\(path)/\(name).sock") }
}

/// Polls until it holds, ten seconds at most.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}

func serve(_ handler: any WireHandler, at address: WireAddress) async throws -> WireServer {
    try await WireServer.start(address: address, handler: handler, group: MultiThreadedEventLoopGroup.singleton)
}
