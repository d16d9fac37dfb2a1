import HTTPTypes
import HashRing
import NIOCore
import Peers
import StatuscastModel
import Synchronization
import Testing

@testable import API

@Suite struct CacheTests {
    @Test func aBoundedCacheNeverHoldsMoreThanItsLimitAndKeepsWhatIsUsed() {
        var cache = BoundedCache<Int, Int>(limit: 10)
        for key in 0..<1_000 {
            cache.insert(key, for: key)
            // Always used, so it outlives everything else.
            #expect(cache.value(0) == 0)
            #expect(cache.count <= 10 && cache.cost <= 10)
        }
        #expect(cache.value(999) == 999)
        cache.insert(1, for: 5_000, cost: 11)
        #expect(cache.value(5_000) == nil, "what is larger than the limit is not kept")
        cache.remove(0)
        #expect(cache.value(0) == nil)
        cache.insert(7, for: 999, cost: 9)
        #expect(cache.value(999) == 7 && cache.cost <= 10)
    }

    @Test func rateWindowsCountRefuseAndBeginAnew() {
        var windows = RateWindows(remembered: 100)
        let alice = RateWindows.Subject.account(AccountID(rawValue: 1))
        for used in 1...3 {
            let decision = windows.take(alice, limit: 3, windowSeconds: 10, nowUnixMilliseconds: 25_000)
            #expect(decision == .init(limit: 3, remaining: 3 - used, resetUnixMilliseconds: 30_000, isAllowed: true))
        }
        #expect(!windows.take(alice, limit: 3, windowSeconds: 10, nowUnixMilliseconds: 29_999).isAllowed)
        #expect(windows.take(.address("a"), limit: 3, windowSeconds: 10, nowUnixMilliseconds: 29_999).isAllowed)
        #expect(windows.take(alice, limit: 3, windowSeconds: 10, nowUnixMilliseconds: 30_000).remaining == 2)
    }

    private static func live(enabled: Bool) -> FrontLive {
        var values = FrontLive.Values()
        values.rateLimitsEnabled = enabled
        return FrontLive(values)
    }

    @Test func rateLimitsThatAreOffSayNothing() throws {
        let limiter = RateLimiter(Self.live(enabled: false), now: { 0 })
        #expect(limiter.request(account: nil, address: "a") == nil)
        for _ in 0..<100 { try limiter.signUp(address: "a") }
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::1", "20:1:d:b8:0:0:0:0"),
    ])
    func limitsCountByAddressOrNetwork(_ address: String, _ network: String) {
        #expect(
            ClientOrigin(
                peer: address, forwardedFor: nil, forwardedProto: nil, isSecure: false, trusting: TrustedProxies()
            ).network == network)
    }

    @Test func whatAPeerCannotDoAtAllIsNoReasonToTryAgain() {
        #expect(ClientError(PeerError(.unavailable, "x")).status == .serviceUnavailable)
        #expect(ClientError(PeerError(.notHolder, "x")).status == .serviceUnavailable)
        for code in [PeerError.Code.failed, .unsupported] {
            let error = ClientError(PeerError(code, "secret"))
            #expect(error.status == .internalServerError && error.headers.isEmpty && error.cause != nil)
            #expect(!String(decoding: error.json, as: UTF8.self).contains("secret"))
        }
    }

    @Test func aDeadlineDoesNotWaitForWhatIgnoresIt() async {
        let started = ContinuousClock.now
        let error = await #expect(throws: PeerError.self) {
            try await within(milliseconds: 20) { () throws(PeerError) in
                await withCheckedContinuation { continuation in
                    _ = Task.detached {
                        try await Task.sleep(for: .seconds(3))
                        continuation.resume()
                    }
                }
            }
        }
        #expect(error?.code == .unavailable && ContinuousClock.now - started < .seconds(2))
    }

    @Test func signUpsAndDeletesHaveLimitsOfTheirOwn() throws {
        let limiter = RateLimiter(Self.live(enabled: true), now: { 1_000 })
        for _ in 0..<5 { try limiter.signUp(address: "a") }
        let error = #expect(throws: ClientError.self) { try limiter.signUp(address: "a") }
        #expect(error?.status.code == 429)
        try limiter.signUp(address: "b")
        for _ in 0..<30 { try limiter.delete(account: AccountID(rawValue: 1)) }
        #expect(throws: ClientError.self) { try limiter.delete(account: AccountID(rawValue: 1)) }
    }

    @Test func recentStatusesAreBoundedByAgeAndCount() {
        let clock = FakeClock()
        var limits = APIConfiguration.CacheLimits()
        limits.recentStatuses = 10
        limits.recentMilliseconds = 100
        let recents = RecentStatuses(limits: limits, now: { clock.milliseconds })
        for id in 1...20 { recents.insert(recent(UInt64(id))) }
        #expect(recents[StatusID(rawValue: 10)] == nil)
        #expect(recents[StatusID(rawValue: 11)] != nil)
        clock.advance(101)
        recents.insert(recent(21))
        #expect(recents[StatusID(rawValue: 20)] == nil)
        #expect(recents[StatusID(rawValue: 21)] != nil)
    }

    @Test func anIdempotencyKeyMakesOneStatusForAnHour() async {
        let clock = FakeClock()
        let keys = IdempotencyKeys(limit: 100, now: { clock.milliseconds })
        let key = IdempotencyKeys.Key(account: AccountID(rawValue: 1), key: "k")
        #expect(await keys.claim(key) == nil)
        async let second = keys.claim(key)
        async let third = keys.claim(key)
        keys.made(StatusID(rawValue: 9), by: key)
        #expect(await second == StatusID(rawValue: 9))
        #expect(await third == StatusID(rawValue: 9))
        #expect(await keys.claim(.init(account: AccountID(rawValue: 2), key: "k")) == nil, "another person's key")
        clock.advance(IdempotencyKeys.keepMilliseconds)
        #expect(await keys.claim(key) == nil)
    }

    @Test func whenTheFirstRequestOfAKeyFailsTheNextOneTries() async {
        let keys = IdempotencyKeys(limit: 100)
        let key = IdempotencyKeys.Key(account: AccountID(rawValue: 1), key: "k")
        #expect(await keys.claim(key) == nil)
        async let second = keys.claim(key)
        keys.failed(key)
        #expect(await second == nil)
        keys.made(StatusID(rawValue: 3), by: key)
        #expect(await keys.claim(key) == StatusID(rawValue: 3))
    }

    @Test func aFullMemoryOfKeysLetsWaitersGo() async {
        let keys = IdempotencyKeys(limit: 1)
        let key = IdempotencyKeys.Key(account: AccountID(rawValue: 1), key: "a")
        #expect(await keys.claim(key) == nil)
        async let waiting = keys.claim(key)
        #expect(await keys.claim(.init(account: AccountID(rawValue: 1), key: "b")) == nil)
        keys.failed(key)
        #expect(await waiting == nil)
    }

    private func recent(_ id: UInt64) -> RecentStatuses.Recent {
        .init(
            draft: StatusDraft(id: StatusID(rawValue: id), author: AccountID(rawValue: 1), text: "x"), mentions: [],
            author: .init(username: "a", displayName: ""))
    }
}
