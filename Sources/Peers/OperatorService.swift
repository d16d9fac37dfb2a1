/// What the canonical store does for the operator's command. Whoever reaches the store's socket may ask for it: nobody
/// is authenticated there.
///
/// A change is durable on the queue and applied in the store when its call returns; the other roles follow within
/// moments. `.unavailable` leaves open whether it happened; all but `signUp` may simply be asked again.
public protocol OperatorService: Sendable {
    /// Throws `.invalid` with a problem for each field that is wrong.
    func signUp(_ request: PeerOperatorSignUp) async throws(PeerError) -> PeerOperatorAccount
    /// In no order.
    func find(_ request: PeerFindAccounts) async throws(PeerError) -> [PeerOperatorAccount]
    /// Ascending by id, at most 500.
    func list(_ request: PeerListAccounts) async throws(PeerError) -> [PeerOperatorAccount]
    /// Answers the account as it is afterwards. Throws `.notFound`, also for a deleted account.
    func changeStanding(_ request: PeerChangeStanding) async throws(PeerError) -> PeerOperatorAccount
    /// For good. Deleting again is fine. Throws `.notFound`.
    func delete(_ request: PeerDeleteAccount) async throws(PeerError) -> PeerOperatorAccount
}

/// What a front does for the operator's command.
public protocol PostingService: Sendable {
    /// Posts as an account, by the rules that its clients are under. The status is on stable storage when it returns.
    /// Throws `.invalid`, `.notFound` for an unknown account or parent, `.forbidden` for a suspended account.
    func post(_ request: PeerPostAs) async throws(PeerError) -> PeerPostedAs
}
