internal import Glibc

/// Pauses between attempts: 50 ms, doubling up to 5 s, each shortened by chance by up to half.
struct Backoff {
    private var milliseconds = 50.0

    mutating func wait() async throws(CancellationError) {
        let pause = milliseconds * Double.random(in: 0.5...1)
        milliseconds = min(milliseconds * 2, 5_000)
        do {
            try await Task.sleep(for: .milliseconds(Int(pause)))
        } catch {
            throw CancellationError()
        }
    }
}

func unixMilliseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
}
