/// Why a world cannot be made or read.
public struct WorldError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The parameters contradict each other, or a line of an edge list makes no sense.
        case invalid
        case corrupt
        case unsupportedVersion
        case full
        /// The system refused; `description` says what.
        case failed
    }

    public let code: Code
    public let description: String

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
