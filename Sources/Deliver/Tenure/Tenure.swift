internal import Lease
internal import Queue

/// One holding of one partition's lease, and how far its deliveries have come.
struct Tenure: Sendable {
    let lease: Lease
    /// Tells holdings of one partition apart within this process, whatever their terms.
    let serial: UInt64
    /// What was there to be consumed when the lease was taken.
    let endsAtTakeOver: Cursor
    var progress: PartitionProgress
    /// What the queue was last told.
    var committed: Cursor
    /// Whether it has passed the ends that it found.
    private(set) var isCaughtUp: Bool

    init(lease: Lease, serial: UInt64, start: Cursor, ends: Cursor) {
        self.lease = lease
        self.serial = serial
        endsAtTakeOver = ends
        progress = PartitionProgress(from: start)
        committed = start
        isCaughtUp = start.reaches(ends)
    }

    mutating func noteProgress() {
        if !isCaughtUp { isCaughtUp = progress.expanded.reaches(endsAtTakeOver) }
    }
}

/// A cursor noted at the beginning of a sweep, and the holding that it belongs to.
struct NotedCursor: Sendable {
    let lease: Lease
    let serial: UInt64
    let cursor: Cursor
}
