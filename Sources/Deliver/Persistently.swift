internal import Logging
internal import Queue
internal import SystemClock

/// Does `body` until it succeeds; throws when cancelled and when the queue is closed for good.
func persistently<T: Sendable>(
    _ what: String, _ logger: Logger, _ body: @Sendable () async throws(QueueError) -> T
) async throws -> T {
    var failures = 0
    var backoff = Backoff(longestMilliseconds: 1_000)
    while true {
        try Task.checkCancellation()
        do throws(QueueError) {
            return try await body()
        } catch {
            guard error.code != .closed, error.code != .invalid, error.code != .unsupportedVersion else { throw error }
            failures += 1
            if failures == 10 {
                logger.warning("waiting for the queue", metadata: ["for": "\(what)", "error": "\(error)"])
            }
            try await Task.sleep(for: .milliseconds(backoff.nextMilliseconds()))
        }
    }
}
