/// When a look-up takes snapshots: once what a restart would replay has become long, and now and then anyhow.
///
/// The first is taken as soon as the look-up has settled. Nothing is taken of a look-up that nothing has changed.
public struct SnapshotSchedule: Sendable {
    /// So much of `accounts` is worth a snapshot: some seconds of replay.
    public var bytes = 64 << 20
    /// At most one in this time, however much changes.
    public var leastMilliseconds: UInt64 = 5 * 60_000
    /// With fewer bytes one in this time.
    public var mostMilliseconds: UInt64 = 60 * 60_000
    /// How often this is looked at.
    public var checkMilliseconds = 2_000
    /// How long one that failed is left alone.
    public var retryMilliseconds = 60_000
    /// How long a start waits to hear how far `accounts` reaches before it trusts a snapshot without knowing.
    public var endsMilliseconds = 5_000

    public init() {}

    /// `newest`: when the newest snapshot was taken, nil where there is none; `start`: when the look-up began.
    func isDue(now: UInt64, start: UInt64, newest: UInt64?, isSettled: Bool, bytesSince: Int) -> Bool {
        guard bytesSince > 0 else { return false }
        let age = now - min(now, newest ?? start)
        if bytesSince >= bytes && age >= leastMilliseconds { return true }
        return isSettled && (newest == nil || age >= mostMilliseconds)
    }
}
