internal import Glibc

/// The system's time since 1970, without Foundation. It may jump, forwards and back; never before 1970. Cheap enough
/// for every request; may be read from anywhere.
public enum UnixClock {
    public static func milliseconds() -> UInt64 { nanoseconds(of: CLOCK_REALTIME) / 1_000_000 }
    public static func microseconds() -> UInt64 { nanoseconds(of: CLOCK_REALTIME) / 1_000 }
}

/// Time since some point in the past, for intervals within one process; never goes back. As cheap as `UnixClock`.
public enum MonotonicClock {
    public static func milliseconds() -> UInt64 { nanoseconds() / 1_000_000 }
    public static func nanoseconds() -> UInt64 { SystemClock.nanoseconds(of: CLOCK_MONOTONIC) }
}

private func nanoseconds(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(max(0, time.tv_nsec))
}
