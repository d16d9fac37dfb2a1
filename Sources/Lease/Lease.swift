public import DurableFiles
internal import Synchronization

/// The exclusive right of this process to one duty, held by a lock on a file of the shared directory: the only
/// authority for writing. It ends with `close`, `abandon` or the process, however that ends.
///
/// Every tenure has a term: the number that its files carry. Terms only go up. All calls block and may come from any
/// thread. The layout of the files is in `docs/formats/lease-and-term-files.md`.
public final class Lease: Sendable {
    public let name: LeaseName
    public let term: UInt64
    /// True if an earlier tenure, surely over, had the same term: its files are there to be gone on with.
    public let continuesTerm: Bool

    private let lock: FileLock
    private let terms: TermFiles
    private let cursor: CursorFile
    private let isHeld = Mutex(true)

    /// Takes the lease or throws `.locked` at once, with what the lock file says of the holder as the detail.
    ///
    /// `address` is where this process can be reached; it stands in the lock file when this returns. The term is
    /// durable. It is the previous one if that was closed, or if its holder ran on this host since its last boot
    /// and is gone; in every other case a new one.
    public static func acquire(
        _ name: LeaseName, in sharedDirectory: String, address: String, files: any FileSystem = PosixFileSystem()
    ) throws(FileError) -> Lease {
        let path = try LeasePath(name, in: sharedDirectory)
        try files.createDirectories(path.directory)
        let lock = try take(path.lock)
        let terms = TermFiles(directory: path.terms, files: files)
        let choice = try terms.begin(address: address)
        try lock.write(HolderFile.text(address: address, term: choice.term).text)
        return Lease(
            name: name, choice: choice, lock: lock, terms: terms, cursor: CursorFile(path: path.cursor, files: files))
    }

    /// The lock, or an error that says in one line who has it.
    private static func take(_ path: String) throws(FileError) -> FileLock {
        do throws(FileError) {
            return try FileLock(path: path)
        } catch {
            guard error.code == .locked, let text = try HolderFile.read(path), let address = text["address"],
                let identity = text.identity
            else { throw error }
            throw FileError(
                code: .locked, operation: error.operation, path: path,
                detail: "held by \(address), process \(identity.process) on \(identity.host)")
        }
    }

    private init(name: LeaseName, choice: TermFiles.Choice, lock: FileLock, terms: TermFiles, cursor: CursorFile) {
        self.name = name
        term = choice.term
        continuesTerm = choice.continues
        self.lock = lock
        self.terms = terms
        self.cursor = cursor
    }

    deinit { abandon() }

    /// What `saveCursor` wrote last, in this tenure or an earlier one; nil if nothing was written yet.
    /// A damaged file is an error that names it.
    public func loadCursor() throws(FileError) -> [UInt8]? { try cursor.load()?.content }

    /// Replaces the cursor, whole or not at all; durable when it returns. At most 16 MiB.
    /// Throws `.notPermitted` when the lease was given up, or a holder with a higher term has written meanwhile.
    public func saveCursor(_ bytes: [UInt8]) throws(FileError) {
        let result: Result<Void, FileError> = isHeld.withLock { isHeld in
            do throws(FileError) {
                guard isHeld else { throw refusal("the lease was given up") }
                if let saved = try cursor.load(), saved.term > term {
                    throw refusal("a holder with term \(saved.term) has taken over from term \(term)")
                }
                return .success(try cursor.save(bytes, term: term))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Says that nothing more will be written with this term, then releases: the last act, after everything written
    /// is durable. If that cannot be said, the lease is released as by `abandon`.
    public func close() {
        isHeld.withLock { isHeld in
            guard isHeld else { return }
            isHeld = false
            HolderFile.markReleased(lock)
            // An error leaves the term open: the next holder begins a new one.
            do throws(FileError) { try terms.close(term) } catch {}
            lock.release()
        }
    }

    /// Releases without a word about the term: the next holder begins a new one, as long as this process lives.
    public func abandon() {
        isHeld.withLock { isHeld in
            guard isHeld else { return }
            isHeld = false
            HolderFile.markReleased(lock)
            lock.release()
        }
    }

    /// What the lock file says, without a lock; nil if nobody has the lease. A killed holder stays named until
    /// somebody takes the lease: who connects to it is refused.
    public static func holder(of name: LeaseName, in sharedDirectory: String) throws(FileError) -> LeaseHolder? {
        guard let text = try HolderFile.read(LeasePath(name, in: sharedDirectory).lock),
            let address = text["address"], let identity = text.identity, let term = text["term"].flatMap({ UInt64($0) })
        else { return nil }
        return LeaseHolder(
            address: address, host: identity.host, boot: identity.boot, process: identity.process, term: term)
    }

    private func refusal(_ detail: String) -> FileError {
        FileError(code: .notPermitted, operation: "save cursor", path: cursor.path, detail: detail)
    }
}

/// Where the files of a lease are.
private struct LeasePath {
    let directory: String
    let lock: String
    let terms: String
    let cursor: String

    init(_ name: LeaseName, in sharedDirectory: String) throws(FileError) {
        directory = "\(sharedDirectory)/leases/\(name.scope)"
        let allowed = name.scope.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_".utf8.contains(byte)
        }
        guard allowed, (1...64).contains(name.scope.utf8.count), name.index >= 0 else {
            throw FileError(
                code: .system, operation: "lease", path: directory, detail: "\"\(name)\" cannot be a lease's name")
        }
        lock = "\(directory)/\(name.index).lock"
        terms = "\(directory)/\(name.index).terms"
        cursor = "\(directory)/\(name.index).cursor"
    }
}
