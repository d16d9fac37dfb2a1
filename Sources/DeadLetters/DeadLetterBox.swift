public import DurableFiles

/// A directory of dead letters: `dead-letters` for what could not be processed, `held` for what waits for a decision.
///
/// A handle without state; any number of them may be used at once, by any number of processes. Everything here blocks.
public struct DeadLetterBox: Sendable {
    let names: BoxNames
    let files: any FileSystem

    public init(directory: String, files: any FileSystem = PosixFileSystem()) {
        names = BoxNames(directory: directory)
        self.files = files
    }

    /// The file to put letters into. `name`: 1 to 64 of a-z, 0-9 and -; other characters become -.
    public func file(_ name: String) -> DeadLetterFile {
        let usual = String(name.prefix(64).map { DeadLetterID.isFileName(String($0)) ? $0 : "-" })
        return DeadLetterFile(names: names, name: usual, files: files)
    }

    /// Letters that are not settled, in the order of their ids, without their bytes; at most `limit` of them.
    ///
    /// `stage` takes only its letters; `after` begins behind that one, which need not exist any more. Whatever cannot
    /// be read in the files is counted and passed over.
    public func list(
        stage: String? = nil, after: DeadLetterID? = nil, limit: Int
    ) throws(FileError) -> DeadLetterPage {
        var page = DeadLetterPage()
        for name in try fileNames() where name >= after?.file ?? "" {
            let start = after.flatMap { $0.file == name ? $0.offset : nil } ?? 0
            try list(name, from: start, limit: limit, to: &page) { found in
                (stage == nil || found.letter.stage == stage) && found.id != after
            }
            if page.hasMore { break }
        }
        return page
    }

    /// Nil if there is none, or no more. With its bytes, and whether it is settled.
    public func read(_ id: DeadLetterID) throws(FileError) -> StoredDeadLetter? {
        guard let found = try find(id) else { return nil }
        return StoredDeadLetter(
            id: id, letter: found.letter, byteCount: found.letter.bytes.count,
            settlement: try SettledMarks(of: id.file, names, files)[id])
    }

    private func list(
        _ name: String, from start: Int, limit: Int, to page: inout DeadLetterPage,
        where isWanted: (EntryScanner.Found) -> Bool
    ) throws(FileError) {
        guard let file = try opened(name) else { return }
        defer { file.close() }
        let marks = try SettledMarks(of: name, names, files)
        var scanner = try EntryScanner(file, name: name, from: start)
        defer { page.unreadableCount += scanner.damagedCount + scanner.unsupportedCount }
        while let found = try scanner.next() {
            guard marks[found.id] == nil, isWanted(found) else { continue }
            guard page.letters.count < limit else {
                page.hasMore = true
                return
            }
            var letter = found.letter
            letter.bytes = []
            page.letters.append(
                StoredDeadLetter(
                    id: found.id, letter: letter, byteCount: found.letter.bytes.count, settlement: nil))
        }
    }

    func find(_ id: DeadLetterID) throws(FileError) -> EntryScanner.Found? {
        guard let file = try opened(id.file) else { return nil }
        defer { file.close() }
        var scanner = try EntryScanner(file, name: id.file, from: id.offset)
        guard let found = try scanner.entry(), found.id == id else { return nil }
        return found
    }

    /// Nil where it was given back, or never was.
    func opened(_ name: String) throws(FileError) -> (any OpenFile)? {
        do throws(FileError) {
            return try files.open(names.log(name), .readOnly)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    func fileNames(ending suffix: String = ".log") throws(FileError) -> [String] {
        let listed: [String]
        do throws(FileError) {
            listed = try files.list(names.directory)
        } catch {
            // Nothing was ever put here.
            if error.code == .notFound { return [] }
            throw error
        }
        return
            listed
            .filter { $0.hasSuffix(suffix) }
            .map { String($0.dropLast(suffix.count)) }
            .filter(DeadLetterID.isFileName)
            .sorted()
    }
}

/// A part of what lies in a box.
public struct DeadLetterPage: Sendable {
    public fileprivate(set) var letters: [StoredDeadLetter] = []
    public fileprivate(set) var hasMore = false
    /// Entries that are torn or that a later release wrote.
    public fileprivate(set) var unreadableCount = 0
}
