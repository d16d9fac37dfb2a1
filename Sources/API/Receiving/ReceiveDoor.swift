internal import Peers
internal import StatuscastModel

/// Through which topic something comes: accounts with the priority flag have one of their own, and a line of their own
/// before it.
///
/// The flag is taken from the account cache: another front may know it a little sooner or later. That costs nobody
/// anything, because the judge reads both topics of a partition together: it takes a delete that overtakes its status,
/// and knows an Idempotency-Key through whichever it came.
struct ReceiveDoor: Sendable {
    let ordinary: ReceiveAppender
    let priority: ReceiveAppender
    let accounts: AccountCache

    func append(_ event: ReceiveEvent) async throws(ClientError) {
        let hasPriority = accounts.cached(event.author)?.account.priority ?? false
        try await (hasPriority ? priority : ordinary).append(event)
    }
}
