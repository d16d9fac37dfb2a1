internal import Glibc

/// Unix milliseconds, without Foundation.
enum WallClock {
    static func unixMilliseconds() -> UInt64 { clockNanoseconds(CLOCK_REALTIME) / 1_000_000 }
}

/// Time since some point in the past; never goes back. Cheap enough for every request.
enum MonotonicClock {
    static func milliseconds() -> UInt64 { nanoseconds() / 1_000_000 }
    static func nanoseconds() -> UInt64 { clockNanoseconds(CLOCK_MONOTONIC) }
}

private func clockNanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
