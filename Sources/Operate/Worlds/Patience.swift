internal import Peers

/// Asks again while the store is away for a moment: an import takes minutes, and a store that is started anew need
/// not end it.
enum Patience {
    private static let attempts = 8

    static func whileUnavailable<T: Sendable>(
        _ body: () async throws(PeerError) -> T
    ) async throws -> T {
        var pauseMilliseconds = 500
        for _ in 1..<attempts {
            do throws(PeerError) {
                return try await body()
            } catch {
                guard error.code == .unavailable else { throw error }
            }
            try await Task.sleep(for: .milliseconds(pauseMilliseconds))
            pauseMilliseconds = min(8_000, pauseMilliseconds * 2)
        }
        return try await body()
    }
}
