internal import Logging

/// The pauses between attempts at something that fails for a while: doubling from 25 ms to a second, each somewhat at
/// random. Says what is wrong at the first failure and then every five seconds.
struct Patience {
    private static let firstMilliseconds = 25
    private static let longestMilliseconds = 1_000
    private static let quietSeconds = 5

    private var failures = 0
    private var lastSaid: ContinuousClock.Instant?

    mutating func pause(_ stop: StopSignal) async {
        let full = min(Self.longestMilliseconds, Self.firstMilliseconds << min(failures, 10))
        failures += 1
        await stop.sleep(milliseconds: Int.random(in: full / 2...full))
    }

    mutating func say(_ what: String, _ error: any Error, _ logger: Logger) {
        let now = ContinuousClock.now
        if let lastSaid, now - lastSaid < .seconds(Self.quietSeconds) { return }
        lastSaid = now
        logger.warning("\(what); trying again", metadata: ["error": "\(error)", "failures": "\(failures + 1)"])
    }

    mutating func reset() { failures = 0 }
}
