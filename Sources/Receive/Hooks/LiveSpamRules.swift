internal import Synchronization

/// What the spam filter goes by, which may change while it runs. May be used from anywhere, concurrently.
final class LiveSpamRules: Sendable {
    struct Values: Sendable, Hashable {
        /// 0: nothing is held.
        var holdScore: Double
        var newAccountMilliseconds: UInt64
    }

    private let values: Mutex<Values>

    init(_ settings: ReceiveHookSettings) { values = Mutex(Values(settings)) }

    var current: Values { values.withLock { $0 } }

    func take(_ settings: ReceiveHookSettings) { values.withLock { $0 = Values(settings) } }
}

extension LiveSpamRules.Values {
    fileprivate init(_ settings: ReceiveHookSettings) {
        self.init(holdScore: settings.spamHoldScore, newAccountMilliseconds: settings.spamNewAccountMilliseconds)
    }
}
