internal import DeadLetters
internal import DurableFiles
internal import Lease
internal import Logging
internal import StatuscastModel

/// The blocking file work of the stages, on threads of its own.
final class StageFiles: Sendable {
    private let sharedDirectory: String
    private let address: String
    private let files: any FileSystem
    /// What waits for an operator.
    private let held: DeadLetterFile
    private let threads: FileThreads

    init(sharedDirectory: String, address: String, files: any FileSystem, threadCount: Int) {
        self.sharedDirectory = sharedDirectory
        self.address = address
        self.files = files
        held = DeadLetterFile(directory: sharedDirectory + "/held", name: "judge", files: files)
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

    /// Appends to the dead letters of a stage and partition; durable on return. Its lease keeps others from the file.
    func putAside(_ letter: DeadLetter, unixMilliseconds: UInt64) async throws(FileError) {
        try await threads.run { [self] () throws(FileError) in
            let directory = sharedDirectory + "/dead-letters"
            try files.createDirectories(directory)
            let path = directory + "/" + letter.fileName
            let isNew = !files.exists(path)
            let file = try files.open(path, .create)
            defer { file.close() }
            try file.write(letter.entry(unixMilliseconds: unixMilliseconds), at: try file.size())
            try file.sync()
            if isNew { try files.syncDirectory(directory) }
        }
    }

    /// Waits in memory for `flushHeld`.
    func hold(_ letter: DeadLetters.DeadLetter) { held.add(letter) }

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

    func stop() { threads.stop() }
}
