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
    /// When the newest snapshot that is known was taken.
    var newestSnapshot: UInt64?
    /// Of frames applied since then.
    private(set) var bytesSinceSnapshot = 0
    private var isSettled = false

    init(lookup: Lookup) { self.lookup = lookup }

    /// Whether every partition has passed its end.
    func reaches(_ ends: [PartitionIndex: Cursor]) -> Bool {
        ends.allSatisfy { (applied[$0.key] ?? Cursor()).reaches($0.value) }
    }

    mutating func settle() {
        lookup.settle()
        isSettled = true
    }

    func isSnapshotDue(_ schedule: SnapshotSchedule, now: UInt64, start: UInt64) -> Bool {
        passedOver == 0
            && schedule.isDue(
                now: now, start: start, newest: newestSnapshot, isSettled: isSettled, bytesSince: bytesSinceSnapshot)
    }

    /// Whether a snapshot was taken later than those that are known.
    func isNews(_ unixMilliseconds: UInt64) -> Bool { unixMilliseconds > newestSnapshot ?? 0 }

    /// A snapshot that holds all but what came since, or of another process that holds about as much.
    mutating func tookSnapshot(_ unixMilliseconds: UInt64, bytes: Int) {
        newestSnapshot = unixMilliseconds
        bytesSinceSnapshot -= bytes
    }

    mutating func pass(_ frame: FetchedFrame, bytes: Int, unreadable: Int) {
        bytesSinceSnapshot += bytes
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
