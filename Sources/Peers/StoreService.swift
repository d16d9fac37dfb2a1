public import StatuscastModel

/// What the canonical store does for the other roles. The store implements it, `StoreClient` reaches it over the wire.
///
/// A change is durable on the queue when its call returns. `.unavailable` leaves open whether it happened; all but
/// `createAccount` may simply be asked again.
public protocol StoreService: Sendable {
    func registerApplication(_ request: PeerRegisterApplication) async throws(PeerError) -> PeerApplication
    /// Throws `.invalidClient`, `.invalidGrant`, `.invalidScope`.
    func issueToken(_ request: PeerIssueToken) async throws(PeerError) -> PeerToken
    /// Throws `.invalidClient`, `.invalid` for a redirect URI that the application has not registered, and then
    /// `.invalidScope`.
    func reviewAuthorization(_ request: PeerReviewAuthorization) async throws(PeerError) -> PeerAuthorizationReview
    /// Signs a person in and gives the application a code for it. Throws what `reviewAuthorization` throws, and
    /// `.invalidGrant` with a sentence for the person.
    func authorize(_ request: PeerAuthorize) async throws(PeerError) -> PeerAuthorizationCode
    /// Revoking what is unknown or revoked already succeeds. Throws `.invalidClient`, and `.forbidden` for a token of
    /// another application.
    func revokeToken(_ request: PeerRevokeToken) async throws(PeerError)
    /// `known` is false for a token that was never issued or was revoked.
    func authenticate(_ request: PeerAuthenticate) async throws(PeerError) -> PeerAuthenticated
    /// Throws `.invalid` with a problem for each field that is wrong. The token can be used at once;
    /// where the account needs approval it says so and no more until an operator approves.
    func createAccount(_ request: PeerCreateAccount) async throws(PeerError) -> PeerToken

    /// In the order asked for; unknown ones are left out.
    func accounts(ids: [AccountID]) async throws(PeerError) -> [PeerAccount]
    func accounts(named names: [String]) async throws(PeerError) -> [PeerAccount]
    /// By the beginning of the name or of the display name, an exact name first.
    func searchAccounts(_ request: PeerAccountSearch) async throws(PeerError) -> [PeerAccount]

    /// Throws `.notFound` for an unknown followee, `.forbidden` for oneself.
    func follow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship
    func unfollow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship
    /// In the order asked for; unknown accounts are left out.
    func relationships(_ request: PeerRelationshipQuery) async throws(PeerError) -> [PeerRelationship]

    /// Ends the follows in both directions as well. Throws `.notFound` for an unknown account, `.forbidden` for
    /// oneself.
    func block(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship
    func unblock(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship
    /// Muting again changes end and notifications. Throws as `block` does.
    func mute(_ request: PeerMute) async throws(PeerError) -> PeerRelationship
    func unmute(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship
    /// The newest first; mutes that have ended are left out.
    func blocks(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation]
    func mutes(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation]

    /// Makes or replaces one filter and answers it with its ids. Throws `.notFound` for an id that the owner does not
    /// have, `.invalid` where a limit is exceeded.
    func saveFilter(_ request: PeerFilter) async throws(PeerError) -> PeerFilter
    /// Throws `.notFound` for an id that the owner does not have.
    func removeFilter(_ request: PeerRemoveFilter) async throws(PeerError)
    /// Without mutes that have ended; with filters that have.
    func viewerRules(of account: AccountID) async throws(PeerError) -> PeerViewerRules

    /// Sends a held status on its way, or refuses it for good; durable on return. Throws `.invalid` for what is no
    /// post. Not the store's own business: it is the process that is always found and has the queue.
    func decideHeld(_ request: PeerHeldDecision) async throws(PeerError)

    /// Of every status asked for, also of one that the store does not know. Seconds behind what was done.
    func reactions(_ request: PeerReactionsQuery) async throws(PeerError) -> [PeerReactions]
    /// The newest first, also to statuses that were deleted since. Throws `.invalid` for an unknown kind.
    func interactions(_ request: PeerInteractionQuery) async throws(PeerError) -> [PeerStoredInteraction]
    /// With what the threads of these began, in their order; what answers nothing, or is unknown, is its own.
    func threadRoots(of ids: [StatusID]) async throws(PeerError) -> [StatusID]
    /// Without what was deleted, of whoever may see it. Bounded; what is beyond is left out.
    func thread(_ request: PeerThreadQuery) async throws(PeerError) -> PeerStoredThread
    /// All versions, the first one first; none of a status that is not shown.
    func versions(of status: StatusID) async throws(PeerError) -> PeerStatusVersions
    /// Judges one fact and answers it as it holds then, with its version, and with an id where it had none. Throws
    /// `.notFound` for what the owner does not have, `.invalid` where a limit is exceeded.
    func keepFact(_ request: PeerKeepFact) async throws(PeerError) -> PeerKeptFact
    func keptFacts(_ request: PeerKeptFactQuery) async throws(PeerError) -> [PeerKeptFact]

    /// In the order asked for; unknown ones are left out. Deleted and refused ones are in it, marked as such.
    func statuses(ids: [StatusID]) async throws(PeerError) -> [PeerStoredStatus]
    /// May be some seconds old.
    func instanceCounts() async throws(PeerError) -> PeerInstanceCounts
}
