internal import Lease
internal import Queue

/// One holding of one partition's lease, and how far its deliveries have come.
struct Tenure: Sendable {
    let lease: Lease
    /// Tells holdings of one partition apart within this process, whatever their terms.
    let serial: UInt64
    /// What was there to be consumed when the lease was taken, or a little later; nil until the queue says it.
    private(set) var endsAtTakeOver: Cursor?
    var progress: PartitionProgress
    /// What the queue was last told.
    var committed: Cursor
    /// Whether it has passed the ends that it found.
    private(set) var isCaughtUp: Bool

    init(lease: Lease, serial: UInt64, start: Cursor, ends: Cursor?) {
        self.lease = lease
        self.serial = serial
        endsAtTakeOver = ends
        progress = PartitionProgress(from: start)
        committed = start
        isCaughtUp = ends.map { start.reaches($0) } ?? false
    }

    mutating func noteProgress() {
        if !isCaughtUp, let ends = endsAtTakeOver { isCaughtUp = progress.expanded.reaches(ends) }
    }

    mutating func learned(ends: Cursor) {
        guard endsAtTakeOver == nil else { return }
        endsAtTakeOver = ends
        noteProgress()
    }
}

/// A cursor noted at the beginning of a sweep, and the holding that it belongs to.
struct NotedCursor: Sendable {
    let lease: Lease
    let serial: UInt64
    let cursor: Cursor
}
