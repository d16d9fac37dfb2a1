extension APIConfiguration {
    /// Bounds of streams.
    public struct StreamLimits: Sendable, Hashable {
        /// Open at a time, all together.
        public var connections = 15_000
        /// Open at a time for one account, or for one address where nobody is signed in; while rate limits are on.
        public var connectionsEach = 64
        /// Of one connection.
        public var subscriptions = 32
        /// Waiting to go out to one client; a client that leaves more is closed.
        public var outgoingBytes = 512 << 10

        public init() {}
    }
}
