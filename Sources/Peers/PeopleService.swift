public import StatuscastModel

/// What the canonical store does for people beyond following: profiles, requests to follow, notes, lists of followers.
/// The store implements it beside `StoreService`, `StoreClient` reaches it over the wire.
///
/// A change is durable on the queue when its call returns. `.unavailable` leaves open whether it happened; all may simply
/// be asked again.
public protocol PeopleService: Sendable {
    /// Throws `.notFound`.
    func ownAccount(_ request: PeerOwnAccountQuery) async throws(PeerError) -> PeerOwnAccount
    /// Changes the fields that are there. An account that is locked no more accepts everybody who waits. Throws
    /// `.invalid` with a problem for each field that is wrong, and then changes nothing; `.notFound`.
    func changeProfile(_ request: PeerChangeProfile) async throws(PeerError) -> PeerOwnAccount

    /// Who has asked to follow the account, the newest first.
    func followRequests(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation]
    /// Throws `.notFound` where there is no such request any more. Answers what the account and the follower are to each
    /// other.
    func answerFollowRequest(_ request: PeerAnswerFollowRequest) async throws(PeerError) -> PeerRelationship
    /// Ends the follow of `target`, if it follows `account`.
    func removeFollower(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship
    /// Throws `.invalid` for a text that is too long, `.notFound` for an unknown account.
    func setAccountNote(_ request: PeerSetAccountNote) async throws(PeerError) -> PeerRelationship

    /// The newest first.
    func followList(_ request: PeerFollowListQuery) async throws(PeerError) -> [PeerRelation]
    /// For each of the accounts, at most ten of those followers whom the viewer follows.
    func familiarFollowers(_ request: PeerRelationshipQuery) async throws(PeerError) -> [PeerFamiliarFollowers]
    /// Tags of public statuses by their beginning, by name.
    func searchTags(_ request: PeerTagSearch) async throws(PeerError) -> [String]
    /// Whom the account may want to follow, the likeliest first.
    func suggestions(_ request: PeerSuggestionQuery) async throws(PeerError) -> [AccountID]
}
