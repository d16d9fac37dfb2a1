/// Why a request was not answered with a response. Codes from 1000 up belong to applications.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// There is no connection, or it died with the request under way: then the outcome is unknown. Try again later.
        public static let temporary = Code(rawValue: 1)
        /// No answer within the deadline; the outcome is unknown.
        public static let timedOut = Code(rawValue: 2)
        /// This client was closed.
        public static let closed = Code(rawValue: 3)
        /// The two sides have no version of the protocol in common.
        public static let unsupportedVersion = Code(rawValue: 4)
        /// A frame above the limit of either side; nothing of it was processed.
        public static let tooLarge = Code(rawValue: 5)
        /// Bytes that are not of this protocol, or a request that makes no sense.
        public static let invalid = Code(rawValue: 6)
        /// Too much outstanding, too many connections, or an address that is in use.
        public static let busy = Code(rawValue: 7)
        /// The server does not know the method.
        public static let unknownMethod = Code(rawValue: 8)
        /// The calling task was cancelled; the outcome is unknown.
        public static let cancelled = Code(rawValue: 9)

        /// Codes from here on mean what the application's methods say.
        public static let firstOfApplications: UInt16 = 1000

        public var description: String {
            switch self {
            case .temporary: "temporary"
            case .timedOut: "timed out"
            case .closed: "closed"
            case .unsupportedVersion: "unsupported version"
            case .tooLarge: "too large"
            case .invalid: "invalid"
            case .busy: "busy"
            case .unknownMethod: "unknown method"
            case .cancelled: "cancelled"
            default: "code \(rawValue)"
            }
        }
    }

    public let code: Code
    /// For people; travels cut to 1,024 bytes.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code): \(message)" }
}
