internal import Queue

extension Cursor {
    /// How far both have come.
    func meet(_ other: Cursor) -> Cursor {
        Cursor(numbers.reduce(into: [:]) { $0[$1.key] = min($1.value, other[$1.key]) })
    }
}
