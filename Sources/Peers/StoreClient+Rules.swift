public import StatuscastModel
internal import SwiftProtobuf

extension StoreClient {
    public func block(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        try await channel.call(PeerMethod.block, request)
    }

    public func unblock(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        try await channel.call(PeerMethod.unblock, request)
    }

    public func mute(_ request: PeerMute) async throws(PeerError) -> PeerRelationship {
        try await channel.call(PeerMethod.mute, request)
    }

    public func unmute(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        try await channel.call(PeerMethod.unmute, request)
    }

    public func blocks(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        try await channel.call(PeerMethod.blocks, request, as: PeerRelationList.self).relations
    }

    public func mutes(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        try await channel.call(PeerMethod.mutes, request, as: PeerRelationList.self).relations
    }

    /// Not repeated by itself: where the first attempt went through, a second would make another filter.
    public func saveFilter(_ request: PeerFilter) async throws(PeerError) -> PeerFilter {
        try await channel.call(PeerMethod.saveFilter, request, repeatable: request.id != 0)
    }

    public func removeFilter(_ request: PeerRemoveFilter) async throws(PeerError) {
        _ = try await channel.call(PeerMethod.removeFilter, request, repeatable: false, as: PeerEmpty.self)
    }

    public func decideHeld(_ request: PeerHeldDecision) async throws(PeerError) {
        _ = try await channel.call(PeerMethod.decideHeld, request, as: PeerEmpty.self)
    }

    public func viewerRules(of account: AccountID) async throws(PeerError) -> PeerViewerRules {
        let request = PeerViewerRulesQuery.with { $0.account = account.rawValue }
        return try await channel.call(PeerMethod.viewerRules, request)
    }
}
