internal import DeadLetters
internal import Settings
internal import StatuscastModel

/// The box of what is held, on the shared filesystem.
struct HeldBox: Sendable {
    private let box: DeadLetterBox

    init(_ data: OperatedData) { box = DeadLetterBox(directory: data.directory.shared + "/held") }

    /// Blocks.
    func list(limit: Int) throws -> (statuses: [HeldReport], hasMore: Bool, damage: [String]) {
        let listing = try box.list(limit: limit)
        // A listing leaves the content out, and who wrote it is in the content.
        let reports = try listing.entries.compactMap { entry in
            try box.read(entry.id).map { HeldReport(entry.id, $0) }
        }
        return (reports, listing.hasMore, listing.damage)
    }

    /// The entry of that name, or that of the status with that id. Blocks. Throws `.notFound`.
    func find(_ written: String) throws -> (id: DeadLetterID, letter: DeadLetter) {
        if let id = DeadLetterID(written), let letter = try box.read(id) { return (id, letter) }
        if let status = StatusID(written) {
            for entry in try box.list(limit: .max).entries where entry.letter.id == status.rawValue {
                if let letter = try box.read(entry.id) { return (entry.id, letter) }
            }
        }
        throw OperateError(.notFound, "nothing is held under \(written); `statuscast held list` shows what is")
    }

    /// Durable on return. Blocks.
    func settle(_ id: DeadLetterID, released: Bool) throws {
        try box.settle([id], as: released ? .replayed : .dropped)
    }
}
