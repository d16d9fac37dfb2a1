internal import StatuscastModel

/// Refuses what comes faster than an author may post: a bucket of `burst` tokens that fills at `perMinute`.
///
/// A bucket is kept as the moment at which it will be full. Time is that of status ids, so that a backlog is judged as
/// it was posted and not as it is worked off.
struct AuthorRateHook: ReceiveHook {
    private struct Bucket {
        var fullAtMicroseconds: UInt64
        /// The highest id that has taken a token. What is not above it has been counted, or came too late to be.
        var last: StatusID
    }

    let name = "rate"
    private let perMinute: Int
    private let intervalMicroseconds: UInt64
    private let slackMicroseconds: UInt64
    private var buckets: RecentTable<AccountID, Bucket>

    init(perMinute: Int, burst: Int, countMax: Int) {
        self.perMinute = max(1, perMinute)
        intervalMicroseconds = 60_000_000 / UInt64(self.perMinute)
        slackMicroseconds = UInt64(max(1, burst) - 1) * intervalMicroseconds
        // After that long an untouched bucket is full, as an unknown one is.
        let fillsInMilliseconds = (slackMicroseconds + intervalMicroseconds) / 1_000
        buckets = RecentTable(milliseconds: fillsInMilliseconds, countMax: countMax)
    }

    func decision(on draft: StatusDraft, in context: ReceiveContext) -> ReceiveDecision {
        guard let bucket = buckets[draft.author], draft.id > bucket.last,
            bucket.fullAtMicroseconds > now(draft) + slackMicroseconds
        else { return .accept() }
        return .refuse("more than \(perMinute) statuses a minute")
    }

    mutating func remember(_ draft: StatusDraft, in context: ReceiveContext) {
        let bucket = buckets[draft.author]
        if let bucket, draft.id <= bucket.last { return }
        let fullAt = max(bucket?.fullAtMicroseconds ?? 0, now(draft)) + intervalMicroseconds
        buckets.set(
            Bucket(fullAtMicroseconds: fullAt, last: draft.id), for: draft.author, at: draft.id.unixMilliseconds)
    }

    private func now(_ draft: StatusDraft) -> UInt64 { draft.id.unixMilliseconds * 1_000 }
}
