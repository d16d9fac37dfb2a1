internal import StatuscastModel
internal import Synchronization
internal import SystemClock

/// Remembers for an hour which status a person's Idempotency-Key has made, and lets the same request wait for the
/// first.
///
/// Bounded; a forgotten key is still recognized by the judge. May be used from anywhere, concurrently.
final class IdempotencyKeys: Sendable {
    struct Key: Hashable, Sendable {
        var account: AccountID
        var key: String
    }

    private enum Outcome: Sendable {
        case running([CheckedContinuation<StatusID?, Never>])
        case made(StatusID, milliseconds: UInt64)
    }

    static let keepMilliseconds: UInt64 = 3_600_000

    private let keys: Mutex<BoundedCache<Key, Outcome>>
    private let now: @Sendable () -> UInt64

    init(limit: Int, now: @escaping @Sendable () -> UInt64 = MonotonicClock.milliseconds) {
        keys = Mutex(BoundedCache(limit: limit))
        self.now = now
    }

    /// The status that the key has made; nil: there is none and the caller makes it now, and says `made` or `failed`.
    func claim(_ key: Key) async -> StatusID? {
        while true {
            switch look(key) {
            case .made(let status): return status
            case .mine: return nil
            case .wait:
                if let status = await wait(key) { return status }
            }
        }
    }

    func made(_ status: StatusID, by key: Key) { finish(key, status) }
    func failed(_ key: Key) { finish(key, nil) }

    private enum Look {
        case made(StatusID)
        case mine
        case wait
    }

    private func look(_ key: Key) -> Look {
        let now = now()
        return keys.withLock { keys in
            switch keys.value(key) {
            case .made(let status, let milliseconds) where milliseconds + IdempotencyKeys.keepMilliseconds > now:
                return .made(status)
            case .running: return .wait
            default:
                insert(.running([]), for: key, &keys)
                return .mine
            }
        }
    }

    /// What the first request has come to; nil where it failed or was done before anybody could wait.
    private func wait(_ key: Key) async -> StatusID? {
        await withCheckedContinuation { continuation in
            let isWaiting = keys.withLock { keys in
                guard case .running(let others) = keys.value(key) else { return false }
                insert(.running(others + [continuation]), for: key, &keys)
                return true
            }
            if !isWaiting { continuation.resume(returning: nil) }
        }
    }

    private func finish(_ key: Key, _ status: StatusID?) {
        let now = now()
        let waiting: [CheckedContinuation<StatusID?, Never>] = keys.withLock { keys in
            defer {
                if let status {
                    insert(.made(status, milliseconds: now), for: key, &keys)
                } else {
                    keys.remove(key)
                }
            }
            guard case .running(let waiting) = keys.value(key) else { return [] }
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }

    /// Whoever waits for a key that has to go for want of room is let go as well, and tries again.
    private func insert(_ outcome: Outcome, for key: Key, _ keys: inout BoundedCache<Key, Outcome>) {
        for evicted in keys.insert(outcome, for: key) {
            guard case .running(let waiting) = evicted.value else { continue }
            for continuation in waiting { continuation.resume(returning: nil) }
        }
    }
}
