/// What the holder of a mailbox's lease does for those who read it.
public protocol MailboxService: Sendable {
    /// Writes what is pending for the mailbox and answers its version. Throws `.notHolder` for an address of a
    /// partition that this process does not hold.
    func freshen(_ request: PeerFreshenMailbox) async throws(PeerError) -> PeerMailboxVersion
    /// Adds to and removes from what a watcher is told about. Idempotent.
    func watch(_ request: PeerWatchMailboxes) async throws(PeerError)
    /// Waits for the next change of anything watched, `waitMilliseconds` at most (60,000 at most).
    func awaitChanges(_ request: PeerAwaitChanges) async throws(PeerError) -> PeerChanges
}

/// What the process that issued a status id answers while the store does not have the status yet.
public protocol IssuerService: Sendable {
    /// Throws `.notFound` once the status is no longer recent.
    func recentStatus(_ request: PeerRecentStatus) async throws(PeerError) -> PeerRecentDraft
}
