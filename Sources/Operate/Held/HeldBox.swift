internal import DeadLetters
internal import Settings
internal import StatuscastModel
internal import SystemClock

/// The box of what is held, on the shared filesystem.
///
/// A status that was judged again after a crash lies there more than once: it is listed once, and a decision settles
/// all its entries.
struct HeldBox: Sendable {
    /// One status, or an entry that names none.
    struct Held: Sendable {
        var entries: [DeadLetterID]
        let letter: DeadLetter
    }

    private let box: DeadLetterBox

    init(_ data: OperatedData) { self.init(directory: data.directory.shared + "/held") }

    init(directory: String) { box = DeadLetterBox(directory: directory) }

    /// The first held first. Blocks.
    func list(limit: Int) throws -> (statuses: [HeldReport], hasMore: Bool, unreadableCount: Int) {
        let page = try box.list(limit: .max)
        let held = Self.byStatus(page.letters)
        // A listing leaves the content out, and who wrote it is in the content.
        let reports = try held.prefix(limit).compactMap { held in
            try box.read(held.entries[0]).map { HeldReport($0.id, $0.letter) }
        }
        return (reports, held.count > limit, page.unreadableCount)
    }

    /// The status with that id, or that of the entry with that name. Blocks. Throws `.notFound`.
    func find(_ written: String) throws -> Held {
        let (entry, status) = (DeadLetterID(written), StatusID(written))
        let found = Self.byStatus(try box.list(limit: .max).letters).first { held in
            entry.map(held.entries.contains) ?? (status != nil && held.letter.id == status?.rawValue)
        }
        if let found, let stored = try box.read(found.entries[0]) {
            return Held(entries: found.entries, letter: stored.letter)
        }
        throw OperateError(.notFound, "nothing is held under \(written); `statuscast held list` shows what is")
    }

    /// Durable on return. Blocks.
    func settle(_ held: Held, released: Bool) throws {
        try box.settle(
            held.entries, as: released ? .replayed : .dropped, unixMilliseconds: UnixClock.milliseconds())
    }

    /// Gives space back, after a series of `settle`. Blocks.
    func reclaim() throws { try box.reclaim() }

    private static func byStatus(_ letters: [StoredDeadLetter]) -> [Held] {
        var held: [Held] = []
        var places: [UInt64: Int] = [:]
        for stored in letters {
            if let id = stored.letter.id, let place = places[id] {
                held[place].entries.append(stored.id)
            } else {
                if let id = stored.letter.id { places[id] = held.count }
                held.append(Held(entries: [stored.id], letter: stored.letter))
            }
        }
        return held
    }
}
