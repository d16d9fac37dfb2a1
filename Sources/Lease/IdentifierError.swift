/// Why no identifier was issued.
public struct IdentifierError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// Times could not be reserved on the shared directory. Temporary.
        public static let unavailable = Code(description: "unavailable")
        /// The parent's time is more than a minute in the future.
        public static let parentTooFarAhead = Code(description: "parent too far ahead")
        /// The issuer was closed.
        public static let closed = Code(description: "closed")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code): \(message)" }
}
