internal import DeadLetters
internal import DurableFiles
internal import Lease
internal import StatuscastModel

/// The blocking file work of the stages, on threads of its own.
final class StageFiles: Sendable {
    private let sharedDirectory: String
    private let address: String
    private let files: any FileSystem
    private let deadLetters: DeadLetterBox
    private let threads: FileThreads

    init(sharedDirectory: String, address: String, files: any FileSystem, threadCount: Int) {
        self.sharedDirectory = sharedDirectory
        self.address = address
        self.files = files
        deadLetters = DeadLetterBox(directory: sharedDirectory + "/dead-letters", files: files)
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

    func stop() { threads.stop() }
}
