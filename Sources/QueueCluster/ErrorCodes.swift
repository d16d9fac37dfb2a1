internal import Queue
internal import Wire

/// Queue errors on the wire: application codes from 1000 up, one for each, so that nothing is lost on the way.
enum ErrorCodes {
    private static let table: [(number: UInt16, code: QueueError.Code)] = [
        (1000, .temporary), (1001, .full), (1002, .closed), (1003, .corrupt), (1004, .unsupportedVersion),
        (1005, .staleTerm), (1006, .invalid), (1007, .unknownStream), (1008, .draining),
    ]

    private static let closedByNode: UInt16 = 1002

    static func wireError(_ error: QueueError) -> WireError {
        let number = table.first { $0.code == error.code }?.number ?? 1000
        return WireError(WireError.Code(rawValue: number), error.message)
    }

    /// What came back from `node`, or why nothing did. A node that closes, or whose log has failed, is away for now and
    /// comes back when it is started again: `closed` is kept for what this process has closed itself, since its users
    /// end for good on it.
    static func queueError(_ error: WireError, node: String) -> QueueError {
        if error.code.rawValue == closedByNode { return QueueError(.temporary, error.message) }
        if let entry = table.first(where: { $0.number == error.code.rawValue }) {
            return QueueError(entry.code, error.message)
        }
        return QueueError(code(error.code), "node \(node): \(error)")
    }

    private static func code(_ code: WireError.Code) -> QueueError.Code {
        switch code {
        case .closed: .closed
        case .unsupportedVersion, .unknownMethod: .unsupportedVersion
        case .tooLarge, .invalid: .invalid
        default: .temporary
        }
    }
}
