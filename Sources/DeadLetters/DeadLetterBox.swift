public import DurableFiles

/// An entry in a listing.
public struct DeadLetterEntry: Sendable, Hashable {
    public let id: DeadLetterID
    /// Without its bytes in a listing.
    public var letter: DeadLetter
    public let byteCount: Int
}

public struct DeadLetterListing: Sendable {
    public internal(set) var entries: [DeadLetterEntry] = []
    /// There are more than were asked for.
    public internal(set) var hasMore = false
    /// Places that hold no whole entry, such as `judge.log at 4711`: a torn entry, whose item comes again, or damage.
    public internal(set) var damage: [String] = []
}

/// What became of an entry.
public enum DeadLetterSettlement: String, Sendable {
    case replayed
    case dropped
}

/// All the dead letters of one directory, for those who decide about them. The directory `dead-letters` is one box, a
/// directory `held` another.
///
/// All calls block. Any number of processes may use a box at the same time, beside the writers. Reading takes no lock;
/// settling does, for each file for the moment of its change.
public struct DeadLetterBox: Sendable {
    public let directory: String
    private let files: any FileSystem

    public init(directory: String, files: any FileSystem = PosixFileSystem()) {
        self.directory = directory
        self.files = files
    }

    /// The first `limit` entries that are not settled, those of one file in the order in which they were put aside, each
    /// once. A box that does not exist is empty.
    public func list(stage: String? = nil, limit: Int) throws(FileError) -> DeadLetterListing {
        var listing = DeadLetterListing()
        for stem in try stems() {
            var seen: Set<String> = []
            try scan(stem) { step in
                switch step {
                case .damage(let offset):
                    if listing.damage.count < limit { listing.damage.append("\(stem).log at \(offset)") }
                case .entry(let found):
                    guard stage == nil || stage == found.letter.stage, seen.insert(found.id.hash).inserted else { break }
                    guard listing.entries.count < limit else {
                        listing.hasMore = true
                        return false
                    }
                    var letter = found.letter
                    letter.bytes = []
                    listing.entries.append(
                        DeadLetterEntry(id: found.id, letter: letter, byteCount: found.letter.bytes.count))
                case .end: break
                }
                return true
            }
            if listing.hasMore { break }
        }
        return listing
    }

    /// The whole entry; nil where there is none, or it is settled.
    public func read(_ id: DeadLetterID) throws(FileError) -> DeadLetter? {
        var letter: DeadLetter?
        try scan(id.file) { step in
            if case .entry(let found) = step, found.id == id { letter = found.letter }
            return letter == nil
        }
        return letter
    }

    /// Makes entries disappear from the box; durable on return. Again, or for an id that does not exist, it changes
    /// nothing. Settle after the replay is durable: a crash in between leads to a second replay, which is legal.
    public func settle(_ ids: [DeadLetterID], as settlement: DeadLetterSettlement) throws(FileError) {
        for (stem, ids) in Dictionary(grouping: ids, by: \.file).sorted(by: { $0.key < $1.key })
        where files.exists(path(stem)) {
            let lock = try BoxLock.take(path(stem), files)
            defer { lock.release() }
            try SettledFile(logPath: path(stem), stem: stem, files: files).settle(ids.map(\.hash), as: settlement)
        }
    }

    private func path(_ stem: String) -> String { "\(directory)/\(stem).log" }

    private func stems() throws(FileError) -> [String] {
        guard files.exists(directory) else { return [] }
        return try files.list(directory).filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }
            .filter(DeadLetterFile.isName).sorted()
    }

    /// What is not settled, until `body` answers false. The settled ids are read first: an entry that is settled or
    /// removed meanwhile may still show, but none that stays is missed.
    private func scan(_ stem: String, _ body: (EntryScan.Step) -> Bool) throws(FileError) {
        let settled = try SettledFile(logPath: path(stem), stem: stem, files: files).hashes()
        let file: any OpenFile
        do throws(FileError) {
            file = try files.open(path(stem), .readOnly)
        } catch {
            if error.code == .notFound { return }
            throw error
        }
        defer { file.close() }
        var scan = try EntryScan(file, stem: stem)
        while true {
            let step = try scan.next()
            switch step {
            case .end: return
            case .entry(let found) where settled.contains(found.id.hash): continue
            default: if !body(step) { return }
            }
        }
    }
}
