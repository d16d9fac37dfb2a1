internal import DurableFiles

/// The directory of all mailboxes as it lies on disk: `<2 hex>/<2 hex>/<owner>/<kind>.<lane>.<term>.mbox`.
struct MailboxTree: Sendable {
    /// All files of one owner, by kind.
    struct Owner: Sendable {
        /// `account-12`, `public`, `tombstones`, …
        var name: String
        var files: [String: [String]]

        var account: UInt64? { name.hasPrefix("account-") ? UInt64(name.dropFirst(8)) : nil }
    }

    let root: String

    init(root: String) { self.root = root }

    /// The 256 outermost directories, as far as they exist.
    func branches() throws -> [String] {
        do throws(FileError) {
            return try PosixFileSystem().list(root).filter { $0.count == 2 }.sorted()
        } catch {
            throw LedgerError(.file, "the mailboxes at \(root) cannot be listed: \(error)")
        }
    }

    /// Calls `body` for each owner below one of the branches.
    func forEachOwner(below branch: String, _ body: (Owner) throws -> Void) throws {
        let files = PosixFileSystem()
        for second in try files.list("\(root)/\(branch)") {
            for name in try files.list("\(root)/\(branch)/\(second)") {
                let directory = "\(root)/\(branch)/\(second)/\(name)"
                var kinds: [String: [String]] = [:]
                for file in try files.list(directory) where file.hasSuffix(".mbox") {
                    kinds[String(file.prefix { $0 != "." }), default: []].append("\(directory)/\(file)")
                }
                try body(Owner(name: name, files: kinds))
            }
        }
    }
}
