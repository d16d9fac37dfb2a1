/// How the store is, for readiness checks.
public struct StoreHealth: Sendable, Hashable {
    /// Whether the files are open and the lease is held.
    public var isOpen: Bool
    /// Whether changes are judged: the user store has read the topic `accounts` to its end.
    public var isCaughtUp: Bool
}
