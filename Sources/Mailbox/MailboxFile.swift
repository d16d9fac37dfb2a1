internal import DurableFiles
internal import Glibc

/// One file of a mailbox, taken apart by its name: `<kind>.<lane>.<term>.mbox` in the owner's directory.
public struct MailboxFile: Sendable, Hashable {
    public let path: String
    public let owner: String
    public let kind: String
    public let lane: String
    public let term: UInt64

    /// Nil for a name that is none of a mailbox file's.
    init?(directory: String, name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[3] == "mbox", !parts[0].isEmpty, !parts[1].isEmpty, let term = UInt64(parts[2])
        else { return nil }
        path = "\(directory)/\(name)"
        owner = directory.lastIndex(of: "/").map { String(directory[directory.index(after: $0)...]) } ?? directory
        kind = String(parts[0])
        lane = String(parts[1])
        self.term = term
    }

    /// The files of one mailbox, by lane and term; none where it does not exist. Blocks.
    public static func files(of location: MailboxLocation, root: String) throws(MailboxError) -> [MailboxFile] {
        let directory = try MailboxDirectory(root: root, location)
        let names = try ReadFailure.retrying { () throws(ReadFailure) in try directory.sizes() }.keys
        return names.compactMap { MailboxFile(directory: directory.path, name: $0) }.sorted(by: MailboxFile.precedes)
    }

    /// Every mailbox file below the root, directory by directory, owners in order. Blocks; may take long. What comes
    /// into being meanwhile is found or not.
    public static func walk(root: String, _ found: (MailboxFile) throws -> Void) throws {
        for first in try entries(of: root) where first.utf8.count == 2 {
            for second in try entries(of: "\(root)/\(first)") where second.utf8.count == 2 {
                for owner in try entries(of: "\(root)/\(first)/\(second)") {
                    let directory = "\(root)/\(first)/\(second)/\(owner)"
                    let files = try entries(of: directory).compactMap { MailboxFile(directory: directory, name: $0) }
                    for file in files.sorted(by: precedes) { try found(file) }
                }
            }
        }
    }

    private static func precedes(_ a: MailboxFile, _ b: MailboxFile) -> Bool {
        (a.kind, a.lane, a.term) < (b.kind, b.lane, b.term)
    }

    /// None for what is not there or no directory.
    private static func entries(of directory: String) throws -> [String] {
        do throws(FileError) {
            return try PosixFileSystem().list(directory).sorted()
        } catch {
            if error.code == .notFound || error.errno == ENOTDIR { return [] }
            throw MailboxError(error)
        }
    }
}
