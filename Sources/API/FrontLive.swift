internal import Synchronization

/// What may change while a front runs. Set from anywhere; every request sees the latest.
public final class FrontLive: Sendable {
    public struct Values: Sendable, Hashable {
        public var rateLimitsEnabled = true
        public var rateLimits = APIConfiguration.RateLimits()
        public var signUp = SignUpMode.open
        /// Whether `/metrics` is answered on the port that clients use.
        public var publicMetrics = false

        public init() {}
    }

    private let state: Mutex<Values>

    public init(_ values: Values = Values()) { state = Mutex(values) }

    public var values: Values {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
