internal import DeadLetters
internal import DurableFiles
internal import HashRing
internal import Lease
internal import Logging
internal import Receipts
internal import StatuscastModel
internal import Synchronization

/// The blocking file work of the stages, on threads of its own.
final class StageFiles: Sendable {
    private let sharedDirectory: String
    private let address: String
    private let files: any FileSystem
    private let deadLetters: DeadLetterBox
    /// What waits for an operator.
    private let held: DeadLetterFile
    private let threads: FileThreads
    private let books = Mutex<[String: ReceiptBook]>([:])

    init(sharedDirectory: String, address: String, files: any FileSystem, threadCount: Int) {
        self.sharedDirectory = sharedDirectory
        self.address = address
        self.files = files
        deadLetters = DeadLetterBox(directory: sharedDirectory + "/dead-letters", files: files)
        held = DeadLetterBox(directory: sharedDirectory + "/held", files: files).file("judge")
        threads = FileThreads(name: "receive", count: threadCount)
    }

    func acquire(_ name: LeaseName) async throws(FileError) -> (lease: Lease, remembered: Result<[UInt8]?, FileError>) {
        try await threads.run { [self] () throws(FileError) in
            let lease = try Lease.acquire(name, in: sharedDirectory, address: address, files: files)
            do throws(FileError) {
                return (lease, .success(try lease.loadCursor()))
            } catch {
                return (lease, .failure(error))
            }
        }
    }

    /// Leaves `remembered` for the next holder, if there is something, and closes the lease: the last act of a tenure.
    func close(_ lease: Lease, remembered: [UInt8]?) async throws(FileError) {
        try await threads.run { () throws(FileError) in
            defer { lease.close() }
            if let remembered { try lease.saveCursor(remembered) }
        }
    }

    func abandon(_ lease: Lease) async {
        await threads.run { () throws(Never) in lease.abandon() }
    }

    /// Appends to the dead letters of a stage and partition; durable on return.
    func putAside(_ letter: DeadLetter) async throws(FileError) {
        try await threads.run { [self] () throws(FileError) in
            let file = deadLetters.file("\(letter.stage)-\(letter.partition)")
            file.add(letter)
            try file.flush()
        }
    }

    /// Waits in memory for `flushHeld`.
    func hold(_ letter: DeadLetter) { held.add(letter) }

    /// What was given to `hold` is durable on return.
    func flushHeld() async throws(FileError) {
        try await threads.run { [held] () throws(FileError) in try held.flush() }
    }

    /// Nil where there is no list.
    func openTermList(_ path: String?, logger: Logger) async throws(FileError) -> TermListFile? {
        guard let path else { return nil }
        return try await threads.run { [files] () throws(FileError) in
            try TermListFile(path: path, files: files, logger: logger)
        }
    }

    func run(_ body: @escaping @Sendable () -> Void) async { await threads.run { () throws(Never) in body() } }

    /// Adds to the books of a stage. Not synced: nothing depends on receipts.
    func append(_ receipts: [PartitionIndex: [ReceiptEntry]], scope: String, kept: Int) async throws(FileError) {
        try await threads.run { [self] () throws(FileError) in
            for (partition, entries) in receipts {
                let path = ReceiptBook.path(
                    sharedDirectory: sharedDirectory, scope: scope, partition: Int(partition.rawValue))
                var book = books.withLock { $0[path] } ?? ReceiptBook(path: path, entries: kept, files: files)
                try book.append(entries)
                books.withLock { [book] in $0[path] = book }
            }
        }
    }

    /// A lease was lost: the next holder goes on in the file, and so does this process after a look at it.
    func forgetBook(scope: String, _ partition: PartitionIndex) {
        let path = ReceiptBook.path(
            sharedDirectory: sharedDirectory, scope: scope, partition: Int(partition.rawValue))
        books.withLock { $0[path] = nil }
    }

    func stop() { threads.stop() }
}
