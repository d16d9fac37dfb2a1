internal import HashRing
internal import Queue

/// The state of an `AccountsFollower`: the look-up, how far it has come in the topic, and who waits for more.
struct FollowedAccounts<Lookup: AccountLookup>: Sendable {
    var lookup: Lookup
    var applied: [PartitionIndex: Cursor] = [:]
    var hasEnded = false
    /// Frames and items that could not be read.
    var passedOver = 0
    var waiters: [CatchUpWaiter] = []

    init(lookup: Lookup) { self.lookup = lookup }

    /// Whether every partition has passed its end.
    func reaches(_ ends: [PartitionIndex: Cursor]) -> Bool {
        ends.allSatisfy { (applied[$0.key] ?? Cursor()).reaches($0.value) }
    }

    mutating func pass(_ frame: FetchedFrame, unreadable: Int) {
        applied[frame.partition, default: Cursor()].advance(frame.stream, to: frame.number)
        passedOver += unreadable
    }

    /// Those whose place is reached (true) or whose time is over (false); they wait no more.
    mutating func takeFinished(now: ContinuousClock.Instant) -> [(CatchUpWaiter, Bool)] {
        guard !waiters.isEmpty else { return [] }
        let verdicts = waiters.map { ($0, reaches($0.ends)) }
        waiters = verdicts.filter { !$0.1 && $0.0.deadline > now }.map(\.0)
        return verdicts.filter { $0.1 || $0.0.deadline <= now }
    }
}

/// Somebody who waits for the look-up to reach a place, or for a moment after which it is too late.
struct CatchUpWaiter: Sendable {
    let ends: [PartitionIndex: Cursor]
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Bool, Never>

    func resume(_ isReached: Bool) { continuation.resume(returning: isReached) }
}
