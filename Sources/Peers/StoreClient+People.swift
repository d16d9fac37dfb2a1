public import StatuscastModel
internal import SwiftProtobuf

extension StoreClient: PeopleService {
    public func ownAccount(_ request: PeerOwnAccountQuery) async throws(PeerError) -> PeerOwnAccount {
        try await channel.call(PeerMethod.ownAccount, request)
    }

    public func changeProfile(_ request: PeerChangeProfile) async throws(PeerError) -> PeerOwnAccount {
        try await channel.call(PeerMethod.changeProfile, request)
    }

    public func followRequests(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        try await channel.call(PeerMethod.followRequests, request, as: PeerRelationList.self).relations
    }

    /// Not repeated by itself: where the first attempt went through, a second would find no request.
    public func answerFollowRequest(
        _ request: PeerAnswerFollowRequest
    ) async throws(PeerError) -> PeerRelationship {
        try await channel.call(PeerMethod.answerFollowRequest, request, repeatable: false)
    }

    public func removeFollower(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        try await channel.call(PeerMethod.removeFollower, request)
    }

    public func setAccountNote(_ request: PeerSetAccountNote) async throws(PeerError) -> PeerRelationship {
        try await channel.call(PeerMethod.setAccountNote, request)
    }

    public func followList(_ request: PeerFollowListQuery) async throws(PeerError) -> [PeerRelation] {
        try await channel.call(PeerMethod.followList, request, as: PeerRelationList.self).relations
    }

    public func familiarFollowers(
        _ request: PeerRelationshipQuery
    ) async throws(PeerError) -> [PeerFamiliarFollowers] {
        try await channel.call(PeerMethod.familiarFollowers, request, as: PeerFamiliarFollowersList.self).lists
    }

    public func searchTags(_ request: PeerTagSearch) async throws(PeerError) -> [String] {
        try await channel.call(PeerMethod.searchTags, request, as: PeerTagList.self).names
    }

    public func suggestions(_ request: PeerSuggestionQuery) async throws(PeerError) -> [AccountID] {
        try await channel.call(PeerMethod.suggestions, request, as: PeerAccountIDs.self).ids
            .map(AccountID.init(rawValue:))
    }
}
