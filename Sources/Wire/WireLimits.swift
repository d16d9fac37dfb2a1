/// What one side accepts from the other, and how long it waits. Both sides tell each other the first two when they
/// connect; a client keeps to the lower of both.
public struct WireLimits: Sendable, Hashable {
    /// One frame with everything in it, in bytes; 1 KiB to 1 GiB.
    public var frameBytes = 16 << 20
    /// Requests of one connection without an answer. A client waits or fails with `.busy`; a server stops reading.
    public var outstandingRequests = 1024
    /// Bytes of requests of one connection without an answer. One request is always possible.
    public var outstandingBytes = 128 << 20
    /// Bytes of requests of all connections of one server without an answer, counted from when their length is known; a
    /// server stops reading. One request is always possible.
    public var serverOutstandingBytes = 256 << 20
    /// Connections of one server; more are told `.busy`.
    public var connections = 1024
    /// From the start of connecting until both sides have said hello.
    public var handshakeMilliseconds = 5_000
    /// A client that has heard nothing for this long sends a ping, and gives the connection up after as long again.
    /// A server gives it up after four times as long.
    public var quietMilliseconds = 3_000
    /// A client whose connection was lost tries again after about this long, then twice as long, and so on …
    public var reconnectMilliseconds = 50
    /// … up to this.
    public var reconnectMillisecondsMax = 2_000

    public init() {}

    public static let `default` = WireLimits()
}
