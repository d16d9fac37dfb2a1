internal import DurableFiles
internal import Glibc
internal import HashRing
internal import Queue
internal import Synchronization

/// What could not be delivered, and why. It is durable here before the cursor passes it.
struct DeadLetter: Sendable {
    /// The mailbox; nil for a frame or an item that could not be understood.
    var address: String?
    var partition: PartitionIndex
    /// Stream and number of the frame, where it is known.
    var source: String?
    var id: UInt64?
    var reason: String
    /// The record; the whole item or frame where it could not be understood.
    var bytes: ArraySlice<UInt8>
}

/// The lane's dead letters: one file on the shared filesystem, appended to under a lock file of its own, because the
/// processes of a lane share it. Its format is in `docs/formats/dead-letters.md`.
///
/// `add` may be called from anywhere and does no I/O; `flush` blocks and makes what was added durable.
final class DeadLetters: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var count = 0
    }

    let path: String
    private let lane: String
    private let files: any FileSystem
    private let state = Mutex(State())
    private let flushing = Mutex(())

    init(path: String, lane: String, files: any FileSystem) {
        self.path = path
        self.lane = lane
        self.files = files
    }

    func add(_ letter: DeadLetter, unixMilliseconds: UInt64) {
        let entry = DeadLetters.entry(letter, lane: lane, unixMilliseconds: unixMilliseconds)
        state.withLock { state in
            state.bytes += entry
            state.count += 1
        }
    }

    /// Appends and syncs what was added; after a throw it is kept for the next call, and may be in the file twice.
    func flush() throws(FileError) {
        let result: Result<Void, FileError> = flushing.withLock { _ in
            let taken = state.withLock { state in
                defer { state = State() }
                return state
            }
            guard !taken.bytes.isEmpty else { return .success(()) }
            do throws(FileError) {
                try write(taken.bytes)
                return .success(())
            } catch {
                state.withLock { state in
                    state.bytes.insert(contentsOf: taken.bytes, at: 0)
                    state.count += taken.count
                }
                return .failure(error)
            }
        }
        try result.get()
    }

    private func write(_ bytes: [UInt8]) throws(FileError) {
        let directory = parentDirectory(of: path)
        try files.createDirectories(directory)
        let lock = try lockWaiting(path + ".lock")
        defer { lock.release() }
        let isNew = !files.exists(path)
        let file = try files.open(path, .create)
        defer { file.close() }
        try file.write(bytes, at: try file.size())
        try file.sync()
        if isNew { try files.syncDirectory(directory) }
    }

    /// Others hold the lock for one append and sync: it comes free within moments, or something is wrong with it.
    private func lockWaiting(_ path: String) throws(FileError) -> FileLock {
        var attempts = 0
        while true {
            do throws(FileError) {
                return try FileLock(path: path)
            } catch {
                attempts += 1
                guard error.code == .locked, attempts < 100 else { throw error }
                // The system offers no waiting for a file lock with an end to it; this is a thread of our own.
                usleep(20_000)
            }
        }
    }

    static func entry(_ letter: DeadLetter, lane: String, unixMilliseconds: UInt64) -> [UInt8] {
        func line(_ text: String) -> String {
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        }
        var head = "dead-letter 1\n"
        head += "time: \(unixMilliseconds)\nlane: \(lane)\npartition: \(letter.partition)\n"
        if let source = letter.source { head += "source: \(line(source))\n" }
        if let address = letter.address { head += "address: \(line(address))\n" }
        if let id = letter.id { head += "id: \(id)\n" }
        head += "reason: \(line(letter.reason))\n"
        head += "length: \(letter.bytes.count)\ncrc32: \(hexadecimal(Checksum.crc32(letter.bytes)))\n\n"
        return Array(head.utf8) + letter.bytes + [UInt8(ascii: "\n")]
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
