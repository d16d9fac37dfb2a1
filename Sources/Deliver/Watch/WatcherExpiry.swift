internal import SystemClock

/// Ends long polls whose time is over and forgets silent watchers, however long a sweep takes.
struct WatcherExpiry: Sendable {
    private static let tickMilliseconds = 50
    let board: DeliveryBoard

    /// Until cancelled.
    func run() async {
        while !Task.isCancelled {
            board.expireWatchers(now: MonotonicClock.milliseconds())
            // One tick for all deadlines: hardly any poll lives to its own, and a timer for each would cost each.
            try? await Task.sleep(for: .milliseconds(Self.tickMilliseconds))
        }
    }
}
