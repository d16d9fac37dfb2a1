internal import DurableFiles
internal import Glibc
internal import Synchronization

/// Appends records to the mailbox files of one lane.
///
/// Only the holder of a lease may write, and only with the lease's term: no two tenures share a file. Every append
/// opens the file, writes once and closes it, because on several distributed filesystems a descriptor kept open
/// loses records. It may be used from several threads; appends to one mailbox wait for each other, and so do those
/// to some other mailboxes. All calls block.
public final class MailboxWriter: Sendable {
    private let root: MailboxRoot
    private let lane: String
    private let durability: MailboxDurability
    private let stripes: [Stripe]

    /// Opens the directory that holds all mailboxes, and makes it if it is not there. `lane` becomes a part of file
    /// names: no slash and no dot. Throws `.invalid`, `.notPermitted`, `.unusablePath`, `.full`, `.system`.
    public convenience init(root: String, lane: String) throws(MailboxError) {
        try self.init(root: root, lane: lane, syncsWholeFilesystem: nil)
    }

    /// `syncsWholeFilesystem` overrules what the filesystem's type says, for tests.
    init(root: String, lane: String, syncsWholeFilesystem: Bool?) throws(MailboxError) {
        guard !lane.isEmpty, lane.utf8.count <= 40, !lane.utf8.contains(where: { "/.\0".utf8.contains($0) }) else {
            throw MailboxError(.invalid, "a lane cannot be named \"\(lane)\"")
        }
        let root = try MailboxRoot(path: root)
        self.root = root
        self.lane = lane
        durability = MailboxDurability(root: root, syncsWholeFilesystem: syncsWholeFilesystem)
        stripes = (0..<64).map { _ in Stripe() }
    }

    /// Appends whole records, as `RecordFormat.render` made them, with one write. Durable once a later `sync`
    /// returns.
    ///
    /// The first append of this writer to a file that exists already looks at the file's end: what a crash left there
    /// of a record is cut off. After an error any part of the bundle may be in the file, whole records of it as well;
    /// append the bundle again: readers drop doubles, and a record that was torn is cut off first.
    /// Throws `.full`, `.notPermitted`, `.invalid`, `.unusablePath`, `.system`, and `.failed` once a sync has failed.
    public func append(
        _ bundle: [ArraySlice<UInt8>], to location: MailboxLocation, term: UInt64
    ) throws(MailboxError) {
        guard !bundle.isEmpty else { return }
        guard location.isValid else { throw location.invalid }
        try durability.check()
        let path = MailboxPath(location, lane: lane, term: term)
        let failure: MailboxError? = stripes[Int(path.hash % UInt64(stripes.count))].checked.withLock { checked in
            do throws(MailboxError) {
                try append(bundle, path, &checked)
                return nil
            } catch {
                checked.remove(path.hash)
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Makes every append that returned before durable, and the names of its file and directories.
    ///
    /// `syncfs` on ext4 and XFS; on every other filesystem fsync of each file and directory, many at once, because
    /// FUSE mounts answer `syncfs` without asking their server. Throws `.failed`, which is final: what was written
    /// may be gone although a later sync would succeed.
    public func sync() throws(MailboxError) { try durability.sync() }

    private func append(
        _ bundle: [ArraySlice<UInt8>], _ path: MailboxPath, _ checked: inout CheckedFiles
    ) throws(MailboxError) {
        let known = checked.contains(path.hash)
        let (file, created) = try root.openForAppend(path, readable: !known)
        defer { file.close() }
        if !known {
            if !created { try TailRepair.repair(file) }
            checked.insert(path.hash)
        }
        try file.append(bundle)
        try file.finish()
        // A file that this writer has not written before may have come into being a moment ago: by a process that was
        // killed, or by an append of our own that failed. Nobody else syncs its name.
        durability.wrote(path, syncsName: created || !known)
    }
}

/// One of the locks that the mailboxes are spread over.
private final class Stripe: Sendable {
    let checked = Mutex(CheckedFiles())
}

/// The files whose end this writer knows to be whole, by hash of their paths. Bounded: when it is full it forgets
/// all of them, which costs a look at each file's end again. Two files with one hash, of 2^64, would share a look.
private struct CheckedFiles {
    private static let countMax = 65_536
    private var hashes: Set<UInt64> = []

    func contains(_ hash: UInt64) -> Bool { hashes.contains(hash) }
    mutating func remove(_ hash: UInt64) { hashes.remove(hash) }

    mutating func insert(_ hash: UInt64) {
        if hashes.count >= Self.countMax { hashes.removeAll(keepingCapacity: true) }
        hashes.insert(hash)
    }
}
