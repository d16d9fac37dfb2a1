internal import Wire

/// Why a peer did not do what it was asked, kept apart by what the caller has to do about it. Travels over the wire
/// unchanged.
public struct PeerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The raw value is the code on the wire.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Nobody holds the role, it cannot be reached, or it cannot do it just now. The outcome of a change may be
        /// unknown. Try again later (503).
        public static let unavailable = Code(rawValue: 1001)
        /// The thing does not exist (404).
        public static let notFound = Code(rawValue: 1002)
        /// The request is wrong; message and problems are written for clients (422).
        public static let invalid = Code(rawValue: 1003)
        /// The token is unknown or was revoked (401).
        public static let unauthorized = Code(rawValue: 1004)
        /// The caller may not do this (403).
        public static let forbidden = Code(rawValue: 1005)
        /// OAuth `invalid_client`: no application has these credentials (401).
        public static let invalidClient = Code(rawValue: 1006)
        /// OAuth `invalid_grant`: wrong login or password (400).
        public static let invalidGrant = Code(rawValue: 1007)
        /// OAuth `invalid_scope`: more than the application asked for when it registered (400).
        public static let invalidScope = Code(rawValue: 1008)
        /// The peer is not, or not any more, the holder of what it was asked about: look the holder up again.
        public static let notHolder = Code(rawValue: 1009)
        /// The peer does not know the method or its version (an older or newer release).
        public static let unsupported = Code(rawValue: 1010)
        /// The peer failed; its log says why (500).
        public static let failed = Code(rawValue: 1011)
    }

    /// What is wrong with one field, in the words of Mastodon's `details`.
    public struct Problem: Sendable, Hashable {
        /// For example `username`.
        public var field: String
        /// For example `ERR_TAKEN`.
        public var error: String
        /// For example `has already been taken`: it follows the name of the field.
        public var text: String

        public init(field: String, error: String, text: String) {
            self.field = field
            self.error = error
            self.text = text
        }
    }

    public let code: Code
    /// Safe to be shown to clients where the code is `invalid` or one of OAuth's, for example
    /// `Validation failed: Username has already been taken`; otherwise for logs.
    public let message: String
    /// With `.invalid`: every field that is wrong, in the order of the form.
    public let problems: [Problem]

    /// Whether the peer itself has said so, not the way to it: an `.unavailable` of this kind passes by itself. Two
    /// errors that differ in nothing else are equal.
    public let isAnswer: Bool

    public init(_ code: Code, _ message: String, problems: [Problem] = []) {
        self.init(code, message, problems: problems, isAnswer: false)
    }

    private init(_ code: Code, _ message: String, problems: [Problem], isAnswer: Bool) {
        self.code = code
        self.message = message
        self.problems = problems
        self.isAnswer = isAnswer
    }

    public static func == (a: PeerError, b: PeerError) -> Bool {
        a.code == b.code && a.message == b.message && a.problems == b.problems
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
    }

    /// The first field that is wrong.
    public var field: String? { problems.first?.field }

    public var description: String { "\(code): \(message)" }
}

extension PeerError.Code: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unavailable: "unavailable"
        case .notFound: "not found"
        case .invalid: "invalid"
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .invalidClient: "invalid client"
        case .invalidGrant: "invalid grant"
        case .invalidScope: "invalid scope"
        case .notHolder: "not the holder"
        case .unsupported: "unsupported"
        case .failed: "failed"
        default: "code \(rawValue)"
        }
    }
}

extension PeerError {
    /// One line for the message, one more a problem with three parts between unit separators; neither sign occurs in
    /// the texts themselves.
    var wireError: WireError {
        let lines = problems.map { "\($0.field)\u{1F}\($0.error)\u{1F}\($0.text)" }
        let first = message.replacing("\n", with: " ")
        return WireError(WireError.Code(rawValue: code.rawValue), ([first] + lines).joined(separator: "\n"))
    }

    /// Errors of the transport become `.unavailable`, or `.unsupported` where the releases do not fit together.
    init(_ error: WireError) {
        guard error.code.rawValue < WireError.Code.firstOfApplications else {
            let lines = error.message.split(separator: "\n", omittingEmptySubsequences: false)
            self.init(
                Code(rawValue: error.code.rawValue), String(lines.first ?? ""),
                problems: lines.dropFirst().compactMap(Problem.init(line:)), isAnswer: true)
            return
        }
        let code: Code =
            switch error.code {
            case .unknownMethod, .unsupportedVersion: .unsupported
            case .invalid, .tooLarge: .failed
            default: .unavailable
            }
        self.init(code, error.description)
    }
}

extension PeerError.Problem {
    init?(line: Substring) {
        let parts = line.split(separator: "\u{1F}", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        self.init(field: String(parts[0]), error: String(parts[1]), text: String(parts[2]))
    }
}
