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

    /// Makes at most `PeerLimits.importedAccounts` accounts. One whose name and e-mail address are those of an account
    /// that is there is that account. Throws `.invalid` where a name or an address is somebody else's.
    func importAccounts(_ request: PeerImportAccounts) async throws(PeerError) -> PeerImportedAccounts
    /// Lets accounts follow others: at most `PeerLimits.importedFollowBytes` of lists. What is followed already is
    /// passed over; nobody is notified. Throws `.notFound` where there is no such account, `.invalid`.
    func importFollows(_ request: PeerImportFollows) async throws(PeerError) -> PeerImportedFollows
}

/// How much one request may hold.
public enum PeerLimits {
    public static let importedAccounts = 5_000
    /// What becomes of it is one frame of the queue.
    public static let importedFollowBytes = 4 << 20
}

/// What a front does for the operator's command.
public protocol PostingService: Sendable {
    /// Posts as an account, by the rules that its clients are under. The status is on stable storage when it returns.
    /// Throws `.invalid`, `.notFound` for an unknown account or parent, `.forbidden` for a suspended account.
    func post(_ request: PeerPostAs) async throws(PeerError) -> PeerPostedAs
}
