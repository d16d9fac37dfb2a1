public import DurableFiles
internal import Synchronization

/// A durable log of numbered frames of many streams: one directory, one writer thread, one sync for everything that
/// waits (group commit).
///
/// Promises: a completion with success means that the frames are on stable storage; readers see only what is. After a
/// crash everything acknowledged is there; a torn tail is cut; damage is reported by file and offset and never skipped
/// in silence. All calls may run concurrently; `read`, `init` and `close` block on files and belong on threads of
/// their own. One process and one instance at a time has the directory.
public final class SegmentLog: Sendable {
    public enum ReadResult: Sendable, Equatable {
        case frame(LogFrame)
        /// The frame cannot be read any more; the text names file and offset.
        case quarantined(number: UInt64, String)
    }

    /// What opening found.
    public let recovery: RecoveryReport
    private let core: LogCore
    private let runner: LogRunner

    /// Opens the log in `directory`, which is created if it is absent, and recovers it. Blocks.
    ///
    /// Throws `.locked` if another opener has it, `.unsupportedVersion` for files of a newer program, `.full` if there
    /// is no room to begin.
    public convenience init(
        directory: String, configuration: SegmentLogConfiguration = .init(), files: any FileSystem = PosixFileSystem()
    ) throws(SegmentLogError) {
        try self.init(directory: directory, configuration: configuration, files: files, usesThreads: true)
    }

    /// Without threads nothing is written until `pump` is called, and then in the caller, always in the same order.
    package init(
        directory: String, configuration: SegmentLogConfiguration, files: any FileSystem, usesThreads: Bool
    ) throws(SegmentLogError) {
        try configuration.check()
        let lock = try SegmentLogError.translating { () throws(FileError) in
            try files.createDirectories(directory)
            return try files.lock(directory + "/LOCK")
        }
        var opening = Recovery(directory: directory, configuration: configuration, files: files)
        let recovered: Recovery.Recovered
        do throws(SegmentLogError) {
            recovered = try opening.run()
        } catch {
            lock.release()
            throw error
        }
        recovery = recovered.report
        let threads = usesThreads ? FileThreads(name: "log-files", count: 1) : nil
        core = LogCore(
            configuration: configuration, files: files, directory: directory, supply: recovered.supply,
            index: recovered.index, threads: threads)
        let writer = LogWriter(
            core: core, segment: recovered.segment, tail: recovered.tail, nextNoteOrder: recovered.nextNoteOrder)
        runner = LogRunner(core: core, writer: writer, lock: lock)
        runner.start(on: recovered.segment)
    }

    /// A log that nobody holds any more ends like a closed one, without anybody waiting for it.
    deinit { runner.requestEnd() }

    /// Enqueues frames and returns at once. Entries are written in the order of the calls; a call's frames may be split
    /// over commits.
    ///
    /// `completion` is called once, on the log's writer thread, which it must not block: with success after the sync of
    /// all the frames, with a failure when not all of them are stored (a prefix may be; `streams` tells). Frame numbers
    /// of a stream ascend by 1; the first one that the log sees of a stream may be any but 0. Errors: `.invalid`,
    /// `.full` and `.temporary` (also for what is enqueued behind; may be tried again), `.failed` (final), `.closed`.
    public func append(
        _ frames: [LogFrame], completion: @escaping @Sendable (Result<Void, SegmentLogError>) -> Void
    ) {
        put(.frames(frames, completion))
    }

    /// Keeps a small record under a key until another one of the key takes its place: in memory and in the log. Same
    /// order, durability and errors as `append`.
    public func note(
        key: [UInt8], value: [UInt8], completion: (@Sendable (Result<Void, SegmentLogError>) -> Void)? = nil
    ) {
        put(.note(key: key, value: value, completion))
    }

    /// Lets go of a note. Takes its turn among `append` and `note`.
    public func forget(key: [UInt8]) {
        put(.note(key: key, value: nil, nil))
    }

    /// The latest synced note of every key, in the order in which they were written.
    public func notes() -> [(key: [UInt8], value: [UInt8])] {
        core.index.withLock { index in
            index.notes.sorted { $0.value.order < $1.value.order }.compactMap { key, note in
                note.value.map { (key, $0) }
            }
        }
    }

    /// For every stream that has frames which are synced and not dropped: their first and last number and about how
    /// many bytes they take.
    public func streams() -> [LogStream: (first: UInt64, last: UInt64, bytes: UInt64)] {
        core.index.withLock { index in
            index.streams.compactMapValues { entry in
                guard let first = entry.references.first, let last = entry.references.last else { return nil }
                return (first.first, last.last, UInt64(entry.references.reduce(0) { $0 + $1.bytes }))
            }
        }
    }

    /// Synced frames of a stream that are not dropped, from `number` on, in order and without a gap: as many as
    /// `maxBytes` holds, at least one if there is one. The latest frames come from memory. Blocks on files.
    public func read(
        _ stream: LogStream, from number: UInt64, maxBytes: Int
    ) throws(SegmentLogError) -> [ReadResult] {
        if core.inbox.isClosed { throw SegmentLogError(.closed, "the log is closed", path: core.directory) }
        return try core.read(stream, from: number, maxBytes: maxBytes)
    }

    /// Allows the frames of a stream up to a number to go. Cheap: durable some time later, so that after a crash some
    /// may be there again, always a whole end of the stream.
    public func drop(_ stream: LogStream, through number: UInt64) {
        let isDue = core.index.withLock { $0.drop(stream, through: number) }
        if isDue { core.inbox.callWriter() }
    }

    /// Segments with records, bytes of live frames and notes, bytes of all files, and commits since opening.
    public func stats() -> (segments: Int, liveBytes: UInt64, fileBytes: UInt64, syncs: UInt64) {
        let (segments, live) = core.index.withLock { index in
            (index.sealed.count + 1, index.sealed.values.reduce(index.active.liveBytes) { $0 + $1.liveBytes })
        }
        return (
            segments, UInt64(max(live, 0)), UInt64(max(core.supply.fileBytes, 0)), core.syncs.load(ordering: .relaxed)
        )
    }

    /// Replaces the configuration's bound on all files, from the next growth on; what is beyond it stays.
    public func setQuota(bytes: Int?) { core.supply.setQuota(bytes: bytes) }

    /// The bound on all files, nil for none.
    public var quotaBytes: Int? { core.supply.quotaBytes }

    /// Whether the disk has refused something for good: every append fails until the log is opened again.
    public var hasFailed: Bool { core.failure != nil }

    /// Writes what waits, marks the log as closed, lets the directory go. Returns when that is done (so it must not be
    /// called from a completion); appends that come later fail with `.closed`.
    public func close() {
        runner.requestEnd()
        runner.waitForEnd()
    }

    /// Does everything that there is to do, in the caller. Only for logs without threads.
    package func pump() { runner.pump() }

    /// Places of frames that are held in memory, and runs.
    package func indexSize() -> (places: Int, runs: Int) {
        core.index.withLock { index in
            let segments = index.sealed.values + [index.active]
            let places = segments.reduce(core.cache.count) { $1.runs.reduce($0) { $0 + $1.places.count } }
            return (places, segments.reduce(0) { $0 + $1.runs.count })
        }
    }

    private func put(_ entry: Entry) {
        guard !core.inbox.put(entry) else { return }
        // The writer thread is gone. Not here either: the caller may hold a lock that the completion wants.
        let error = SegmentLogError(.closed, "the log is closed", path: core.directory)
        Task { entry.complete(.failure(error)) }
    }
}
