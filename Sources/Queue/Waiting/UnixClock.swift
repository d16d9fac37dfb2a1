internal import Glibc

/// Milliseconds since 1970 by the system's clock.
func unixMillisecondsNow() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(max(0, time.tv_sec)) * 1000 + UInt64(time.tv_nsec / 1_000_000)
}

func processIdentifier() -> Int32 { getpid() }
