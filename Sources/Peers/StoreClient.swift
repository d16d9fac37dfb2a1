public import StatuscastModel
internal import SwiftProtobuf
public import Wire

/// Reaches the canonical store. A value without state of its own: copy it, keep it, use it from any number of tasks.
///
/// Made by `PeerDirectory.store()` it follows the store when that moves, and repeats once what may be repeated.
public struct StoreClient: StoreService {
    let channel: PeerChannel

    init(channel: PeerChannel) { self.channel = channel }

    /// Reaches the store behind one connection, without looking anything up.
    public init(_ client: WireClient) { channel = PeerChannel(route: .fixed(client)) }

    public func registerApplication(
        _ request: PeerRegisterApplication
    ) async throws(PeerError) -> PeerApplication {
        try await channel.call(PeerMethod.registerApplication, request)
    }

    /// Deriving a key from a password takes the store a while, longer when many sign in at once.
    /// A code is not sent twice by itself: where the first attempt went through, the second would end its token.
    public func issueToken(_ request: PeerIssueToken) async throws(PeerError) -> PeerToken {
        try await channel.call(
            PeerMethod.issueToken, request, repeatable: request.grant != .authorizationCode,
            deadlineMilliseconds: 15_000)
    }

    public func reviewAuthorization(
        _ request: PeerReviewAuthorization
    ) async throws(PeerError) -> PeerAuthorizationReview {
        try await channel.call(PeerMethod.reviewAuthorization, request)
    }

    public func authorize(_ request: PeerAuthorize) async throws(PeerError) -> PeerAuthorizationCode {
        try await channel.call(PeerMethod.authorize, request, deadlineMilliseconds: 15_000)
    }

    public func revokeToken(_ request: PeerRevokeToken) async throws(PeerError) {
        _ = try await channel.call(PeerMethod.revokeToken, request, as: PeerEmpty.self)
    }

    public func authenticate(_ request: PeerAuthenticate) async throws(PeerError) -> PeerAuthenticated {
        try await channel.call(PeerMethod.authenticate, request)
    }

    /// Not repeated by itself: where the first attempt went through, a second would find the name taken.
    public func createAccount(_ request: PeerCreateAccount) async throws(PeerError) -> PeerToken {
        try await channel.call(
            PeerMethod.createAccount, request, repeatable: false, deadlineMilliseconds: 15_000)
    }

    public func accounts(ids: [AccountID]) async throws(PeerError) -> [PeerAccount] {
        let request = PeerAccountIDs.with { $0.ids = ids.map(\.rawValue) }
        return try await channel.call(PeerMethod.accountsByID, request, as: PeerAccountList.self).accounts
    }

    public func accounts(named names: [String]) async throws(PeerError) -> [PeerAccount] {
        let request = PeerAccountNames.with { $0.usernames = names }
        return try await channel.call(PeerMethod.accountsByName, request, as: PeerAccountList.self).accounts
    }

    public func searchAccounts(_ request: PeerAccountSearch) async throws(PeerError) -> [PeerAccount] {
        try await channel.call(PeerMethod.searchAccounts, request, as: PeerAccountList.self).accounts
    }

    public func follow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship {
        try await channel.call(PeerMethod.follow, request)
    }

    public func unfollow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship {
        try await channel.call(PeerMethod.unfollow, request)
    }

    public func relationships(_ request: PeerRelationshipQuery) async throws(PeerError) -> [PeerRelationship] {
        try await channel.call(PeerMethod.relationships, request, as: PeerRelationshipList.self).relationships
    }

    public func statuses(ids: [StatusID]) async throws(PeerError) -> [PeerStoredStatus] {
        let request = PeerStatusIDs.with { $0.ids = ids.map(\.rawValue) }
        return try await channel.call(PeerMethod.statuses, request, as: PeerStoredStatusList.self).statuses
    }

    public func instanceCounts() async throws(PeerError) -> PeerInstanceCounts {
        try await channel.call(PeerMethod.instanceCounts, PeerEmpty())
    }
}
