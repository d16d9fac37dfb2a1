internal import StatuscastModel
internal import Synchronization

/// Counts requests by who makes them, in windows aligned to the clock. Memory is bounded; whoever is forgotten starts
/// anew.
struct RateWindows: Sendable {
    enum Subject: Hashable, Sendable {
        case account(AccountID)
        case address(String)
        case deletes(AccountID)
        case signUps(String)
        case signIns(login: String)
        case signInsFrom(String)
    }

    struct Decision: Sendable, Equatable {
        var limit: Int
        var remaining: Int
        var resetUnixMilliseconds: UInt64
        var isAllowed: Bool
    }

    private struct Count: Sendable {
        var window: UInt64
        var requests: Int
    }

    private var counts: BoundedCache<Subject, Count>

    init(remembered: Int) { counts = BoundedCache(limit: remembered) }

    mutating func take(_ subject: Subject, limit: Int, windowSeconds: Int, nowUnixMilliseconds: UInt64) -> Decision {
        let length = UInt64(windowSeconds) * 1000
        let window = nowUnixMilliseconds / length
        var count = counts.value(subject) ?? Count(window: window, requests: 0)
        if count.window != window { count = Count(window: window, requests: 0) }
        let isAllowed = count.requests < limit
        if isAllowed {
            count.requests += 1
            counts.insert(count, for: subject)
        }
        return Decision(
            limit: limit, remaining: limit - count.requests, resetUnixMilliseconds: (window + 1) * length,
            isAllowed: isAllowed)
    }
}

/// The rate limits of one front. May be used from anywhere, concurrently.
final class RateLimiter: Sendable {
    private let live: FrontLive
    private let windows: Mutex<RateWindows>
    private let now: @Sendable () -> UInt64

    init(_ live: FrontLive, now: @escaping @Sendable () -> UInt64) {
        self.live = live
        self.now = now
        windows = Mutex(RateWindows(remembered: live.values.rateLimits.remembered))
    }

    /// Counts a request against everybody's limit: by account, by address where nobody is signed in. Nil: no limits.
    func request(account: AccountID?, address: @autoclosure () -> String) -> RateWindows.Decision? {
        let values = live.values
        guard values.rateLimitsEnabled else { return nil }
        let subject: RateWindows.Subject = account.map { .account($0) } ?? .address(address())
        return take(subject, values.rateLimits.requests, values.rateLimits.requestsWindowSeconds)
    }

    func delete(account: AccountID) throws(ClientError) {
        let limits = live.values.rateLimits
        try require(.deletes(account), limits.deletes, limits.deletesWindowSeconds)
    }

    func signUp(address: String) throws(ClientError) {
        let limits = live.values.rateLimits
        try require(.signUps(address), limits.signUps, limits.signUpsWindowSeconds)
    }

    /// Counts an attempt, of whatever outcome, against the name that was given and against the address.
    func signIn(login: String, address: String) throws(ClientError) {
        let limits = live.values.rateLimits
        let name = String(login.lowercased().prefix(Limits.emailBytes))
        try require(.signInsFrom(address), limits.signIns, limits.signInsWindowSeconds)
        try require(.signIns(login: name), limits.signIns, limits.signInsWindowSeconds)
    }

    /// Seconds until a decision's window is over, at least 1.
    func secondsUntilReset(_ decision: RateWindows.Decision) -> UInt64 {
        let now = now()
        return decision.resetUnixMilliseconds > now ? (decision.resetUnixMilliseconds - now + 999) / 1000 : 1
    }

    private func require(_ subject: RateWindows.Subject, _ limit: Int, _ windowSeconds: Int) throws(ClientError) {
        guard live.values.rateLimitsEnabled else { return }
        let decision = take(subject, limit, windowSeconds)
        if !decision.isAllowed { throw .tooManyRequests(decision, retryAfterSeconds: secondsUntilReset(decision)) }
    }

    private func take(_ subject: RateWindows.Subject, _ limit: Int, _ windowSeconds: Int) -> RateWindows.Decision {
        let now = now()
        return windows.withLock {
            $0.take(subject, limit: limit, windowSeconds: windowSeconds, nowUnixMilliseconds: now)
        }
    }
}
