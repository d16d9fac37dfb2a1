/// What is wrong with a ledger, a mailbox tree or an answer, and what to do about it.
public struct LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable {
        /// A file cannot be opened, read or written.
        case file
        /// The bytes are not what was written.
        case damaged
        /// A later release wrote it.
        case unsupportedVersion
    }

    public let code: Code
    public let description: String

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
