/// Ends long polls whose time is over and forgets silent watchers, however long a sweep takes.
struct WatcherExpiry: Sendable {
    private static let tickMilliseconds = 50
    let board: DeliveryBoard

    /// Until cancelled.
    func run() async {
        while !Task.isCancelled {
            board.expireWatchers(now: monotonicMilliseconds())
            try? await Task.sleep(for: .milliseconds(Self.tickMilliseconds))
        }
    }
}
