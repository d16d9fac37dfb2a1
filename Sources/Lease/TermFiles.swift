internal import DurableFiles

/// The terms of one lease: a directory with one small file a term, the highest number the latest.
///
/// Used under the lease's lock only. A file is made exclusively, so that even where the lock fails no two holders
/// get the same term.
struct TermFiles {
    /// How many numbers that others have just taken are passed over.
    private static let attempts: UInt64 = 64

    let directory: String
    let files: any FileSystem

    struct Choice {
        let term: UInt64
        let continues: Bool
    }

    /// Continues the latest term if its holder closed it or is gone for certain; otherwise makes the next.
    func begin(address: String) throws(FileError) -> Choice {
        try files.createDirectories(directory)
        let latest = try files.list(directory).compactMap(Self.term(of:)).max() ?? 0
        if latest > 0, try mayContinue(latest) {
            try files.replace(path(latest), with: Array(HolderFile.text(address: address, term: latest).text.utf8))
            return Choice(term: latest, continues: true)
        }
        return Choice(term: try create(after: latest, address: address), continues: false)
    }

    /// Durable when it returns.
    func close(_ term: UInt64) throws(FileError) {
        var text = HolderFile.text(address: "", term: term)
        text["closed"] = "1"
        try files.replace(path(term), with: Array(text.text.utf8))
    }

    private func mayContinue(_ term: UInt64) throws(FileError) -> Bool {
        let bytes = try files.contents(of: path(term), limitBytes: 4096)
        // A term file that a crash left half written names nobody, so nobody can be shown to be gone.
        guard let text = SealedText(String(decoding: bytes, as: UTF8.self)) else { return false }
        try HolderFile.requireVersion(text, path(term))
        return text["closed"] != nil || text.identity?.isGone == true
    }

    private func create(after latest: UInt64, address: String) throws(FileError) -> UInt64 {
        guard latest < .max - Self.attempts else {
            throw FileError(
                code: .system, operation: "begin a term", path: path(latest),
                detail: "no term comes after this one, which no lease has ever reached: move the file away")
        }
        var term = latest + 1
        while true {
            do throws(FileError) {
                let file = try files.open(path(term), .exclusive)
                try file.write(Array(HolderFile.text(address: address, term: term).text.utf8), at: 0)
                try file.sync()
                file.close()
                try files.syncDirectory(directory)
                return term
            } catch {
                guard error.code == .exists, term < latest + Self.attempts else { throw error }
                term += 1
            }
        }
    }

    /// Only names as `path` makes them: `007` is no term, and nothing was ever written there.
    private static func term(of name: String) -> UInt64? {
        guard let term = UInt64(name), String(term) == name else { return nil }
        return term
    }

    private func path(_ term: UInt64) -> String { "\(directory)/\(term)" }
}
