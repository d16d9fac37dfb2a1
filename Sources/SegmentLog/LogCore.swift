internal import DurableFiles
internal import Synchronization

/// What the threads of one log share: index, inbox, files, and whether it has failed.
final class LogCore: Sendable {
    let configuration: SegmentLogConfiguration
    let files: any FileSystem
    let directory: String
    let supply: SegmentSupply
    let index: Mutex<LogIndex>
    let inbox = Inbox()
    let cache: PlaceCache
    let syncs = Atomic<UInt64>(0)
    let unreadable = Mutex(UnreadablePlaces())
    /// The thread for preparing, index files and releases; nil if they run at once, in the caller.
    let threads: FileThreads?
    private let finalError = Mutex<SegmentLogError?>(nil)

    init(
        configuration: SegmentLogConfiguration, files: any FileSystem, directory: String, supply: SegmentSupply,
        index: sending LogIndex, threads: FileThreads?
    ) {
        self.configuration = configuration
        self.files = files
        self.directory = directory
        self.supply = supply
        self.index = Mutex(index)
        self.threads = threads
        cache = PlaceCache(limit: configuration.cachedPlaces)
    }

    /// The failed sync that ended this log's life, if one did.
    var failure: SegmentLogError? { finalError.withLock { $0 } }

    /// Ends the log's life if `error` is a failed sync.
    func note(_ error: SegmentLogError) {
        guard error.code == .failed else { return }
        finalError.withLock { if $0 == nil { $0 = error } }
    }

    /// Runs a job beside the writer, after those given before.
    func inBackground(_ job: @escaping @Sendable () -> Void) {
        if let threads { threads.submit(job) } else { job() }
    }

    /// Does background file work whose errors nobody waits for: a failed sync is remembered, the rest is tried again.
    func attempt(_ body: () throws(SegmentLogError) -> Void) {
        do throws(SegmentLogError) { try body() } catch { note(error) }
    }
}
