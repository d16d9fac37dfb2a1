/// Why the queue did not do what it was asked, kept apart by what the caller has to do about it.
public struct QueueError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// Fewer than R nodes answer, or one did not answer in time. Try again later.
        public static let temporary = Code(description: "temporary")
        /// No room (disk or quota). Try again once there is room.
        public static let full = Code(description: "full")
        /// This queue, node or subscription was closed, or its log has failed for good.
        public static let closed = Code(description: "closed")
        /// Bytes that are not what was written.
        public static let corrupt = Code(description: "corrupt")
        /// Data or a peer of a version that this program does not know.
        public static let unsupportedVersion = Code(description: "unsupported version")
        /// A commit of a tenure that is over.
        public static let staleTerm = Code(description: "stale term")
        /// The caller asked for something that cannot be: an unknown topic, an empty or oversized frame.
        public static let invalid = Code(description: "invalid")
        /// A node does not know the stream, or the frame is not its next one; engines recover from it themselves.
        public static let unknownStream = Code(description: "unknown stream")
        /// The node is being emptied and takes no new frames; others take them. Engines recover from it themselves.
        public static let draining = Code(description: "draining")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code): \(message)" }
}
