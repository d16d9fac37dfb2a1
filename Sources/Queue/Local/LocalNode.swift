public import DurableFiles
internal import Glibc
public import HashRing
public import SegmentLog
internal import Synchronization
internal import SystemClock

/// A queue node in this process: one segment log a topic, under one directory.
///
/// - Durability: `append` and `open` answer when what they were given is on stable storage (fdatasync); commits become
///   durable with whatever is synced next, so after a crash `committed` may be behind.
/// - Drops what all groups of the topic's spec have committed, and nothing of a topic without groups.
/// - Memory: the state of streams, a few hundred bytes each, whatever the backlog. Streams that are drained, idle for
///   ten minutes and not their partition's newest are forgotten.
/// - A topic's spec may bound the bytes of its files and make it leave room on the disk; beyond that, as on a full disk,
///   appends are `.full` while everything else goes on.
/// - All calls may run concurrently. Reading happens on two threads of the node's own.
/// - One process owns the directory: a second `LocalNode` on it throws `.invalid`, naming the holder.
public final class LocalNode: QueueNode {
    private static let readers = 2

    public let name: String
    /// What could not be read when the logs were opened, by topic, file and offset; empty for whole logs.
    public let damage: [String]
    /// By topic: a small quota makes small segments, and a frame must fit in one.
    private let frameBytesMax: [String: Int]
    private let lock: FileLock
    private let topics: [String: LocalTopic]
    private let threads: FileThreads
    private let closed = Atomic<Bool>(false)

    /// Opens or makes `directory` and recovers the logs of all topics. Blocks; call it from a thread that may.
    public convenience init(
        name: String, directory: String, topics: [TopicSpec], configuration: SegmentLogConfiguration = .init(),
        files: any FileSystem = PosixFileSystem()
    ) throws(QueueError) {
        try self.init(
            name: name, directory: directory, topics: topics, configuration: configuration, files: files,
            now: UnixClock.milliseconds)
    }

    init(
        name: String, directory: String, topics specs: [TopicSpec], configuration: SegmentLogConfiguration,
        files: any FileSystem, now: @escaping @Sendable () -> UInt64
    ) throws(QueueError) {
        let threads = FileThreads(name: "queue-read", count: Self.readers)
        var topics: [String: LocalTopic] = [:]
        do throws(QueueError) {
            lock = try Self.lock(directory, name: name, files: files)
            var damage: [String] = []
            for spec in specs {
                guard Self.isDirectoryName(spec.name) else {
                    throw QueueError(.invalid, "\"\(spec.name)\" is no name for a topic")
                }
                let log = try Self.log("\(directory)/\(spec.name)", configuration.bounded(by: spec), files)
                damage += log.recovery.quarantined.map { "\($0.path) at \($0.offset): \($0.bytes) bytes" }
                topics[spec.name] = try LocalTopic(spec: spec, node: name, log: log, threads: threads, now: now)
            }
            self.topics = topics
            self.damage = damage
        } catch {
            for topic in topics.values { topic.log.close() }
            threads.stop()
            throw error
        }
        frameBytesMax = specs.reduce(into: [:]) { limits, spec in
            let limit = configuration.bounded(by: spec).frameBytesMax - StampedFrame.stampBytes
            limits[spec.name] = min(QueueLimits.frameBytes, limit)
        }
        self.name = name
        self.threads = threads
    }

    // Not in `close`: a fetch that has just passed it would wait for threads that are gone.
    deinit { threads.stop() }

    public func open(_ streams: [StreamKey], topic: String) async throws(QueueError) {
        try await known(topic).open(streams)
    }

    public func append(
        _ frames: [NumberedFrame], topic: String, completion: @escaping @Sendable (Result<Void, QueueError>) -> Void
    ) {
        do throws(QueueError) {
            let limit = frameBytesMax[topic] ?? QueueLimits.frameBytes
            for frame in frames where !(1...limit).contains(frame.bytes.count) {
                throw QueueError(.invalid, "a frame of \(frame.bytes.count) bytes; 1 to \(limit) may be")
            }
            try known(topic).append(frames, completion: completion)
        } catch {
            completion(.failure(error))
        }
    }

    public func fetch(
        _ topic: String, after cursors: [PartitionIndex: Cursor], maxBytes: Int, waitMilliseconds: Int
    ) async throws(QueueError) -> [FetchedFrame] {
        try await known(topic).fetch(
            after: cursors, maxBytes: maxBytes, waitMilliseconds: waitMilliseconds,
            isClosed: { self.closed.load(ordering: .acquiring) })
    }

    public func streams(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [StreamState] {
        try known(topic).streamStates(partitions)
    }

    public func announce(
        term: UInt64, topic: String, group: String, partition: PartitionIndex
    ) async throws(QueueError) {
        try await known(topic, group: group).announce(term: term, group: group, partition: partition)
    }

    public func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        try known(topic, group: group).commit(group: group, term: term, cursors: cursors)
    }

    public func adopt(
        _ topic: String, group: String, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        try known(topic, group: group).adopt(group: group, cursors: cursors)
    }

    /// Whether the node refuses new streams and frames. What was taken before is stored; from the return on nothing
    /// more is. Lasts until it is set back or the node is closed: whoever opens the node sets it again.
    public func setDraining(_ isDraining: Bool) {
        for topic in topics.values { topic.state.withLock { $0.isDraining = isDraining } }
    }

    public func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        let topic = try known(topic, group: group)
        let committed = topic.state.withLock { $0.committed[group] ?? [:] }
        return partitions.reduce(into: [:]) { $0[$1] = committed[$1] ?? Cursor() }
    }

    /// Replaces the bounds on the files of topics, none for a topic that is not named; appends beyond fail with `.full`.
    public func setQuotas(bytes: [String: Int]) {
        for (name, topic) in topics { topic.log.setQuota(bytes: bytes[name]) }
    }

    public func stats() async throws(QueueError) -> [TopicStats] {
        guard !closed.load(ordering: .acquiring) else { throw closedError }
        let topics = topics.values.sorted { $0.spec.name < $1.spec.name }
        return await threads.run { topics.flatMap { $0.stats() } }
    }

    /// What the files of each topic take and may take, and whether the disk has failed them. Reads no files.
    public func usage() -> [TopicUsage] {
        topics.map { name, topic in
            TopicUsage(
                topic: name, fileBytes: topic.log.stats().fileBytes, quotaBytes: topic.log.quotaBytes,
                hasFailed: topic.log.hasFailed, appendedFrames: topic.appendedFrames.load(ordering: .relaxed),
                appendedBytes: topic.appendedBytes.load(ordering: .relaxed))
        }
    }

    /// Flushes, closes the logs and gives the directory back. Further calls change nothing.
    public func close() async {
        guard closed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else { return }
        for topic in topics.values { topic.bell.ring() }
        await threads.run { for topic in self.topics.values { topic.log.close() } }
        lock.release()
    }

    private var closedError: QueueError { QueueError(.closed, "node \(name) is closed") }

    private func known(_ topic: String) throws(QueueError) -> LocalTopic {
        guard !closed.load(ordering: .acquiring) else { throw closedError }
        guard let known = topics[topic] else { throw QueueError(.invalid, "node \(name) has no topic \"\(topic)\"") }
        return known
    }

    private func known(_ topic: String, group: String) throws(QueueError) -> LocalTopic {
        let known = try known(topic)
        guard known.spec.groups.contains(group) else {
            throw QueueError(.invalid, "topic \"\(topic)\" has no group \"\(group)\"")
        }
        return known
    }
}

extension LocalNode {
    private static func lock(_ directory: String, name: String, files: any FileSystem) throws(QueueError) -> FileLock {
        do throws(FileError) {
            try files.createDirectories(directory)
            let lock = try FileLock(path: "\(directory)/LOCK")
            try lock.write("queue node \(name), process \(getpid())\n")
            return lock
        } catch {
            guard error.code == .locked else { throw QueueError(error) }
            throw QueueError(
                .invalid, "the queue directory \(directory) is in use: \(error.detail ?? error.description)")
        }
    }

    private static func log(
        _ directory: String, _ configuration: SegmentLogConfiguration, _ files: any FileSystem
    ) throws(QueueError) -> SegmentLog {
        do throws(SegmentLogError) {
            return try SegmentLog(directory: directory, configuration: configuration, files: files)
        } catch {
            throw QueueError(error)
        }
    }

    /// Lower-case letters, digits, `.`, `-` and `_`, beginning with a letter: safe as the name of a directory.
    private static func isDirectoryName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return name.utf8.count <= 100
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}

extension SegmentLogConfiguration {
    /// A quota below that is more headers and housekeeping than frames.
    static let quotaBytesMin = 1 << 20

    /// What the topic's spec allows. Four segments at least fit in its quota, so that a full log can be cleaned.
    func bounded(by spec: TopicSpec) -> SegmentLogConfiguration {
        var bounded = self
        bounded.keepFreeBytes = spec.keepFreeBytes
        guard let quota = spec.quotaBytes.map({ max($0, Self.quotaBytesMin) }) else { return bounded }
        bounded.quotaBytes = quota
        bounded.segmentBytes = min(segmentBytes, quota / 4 / 4096 * 4096)
        bounded.growthBytes = min(growthBytes, bounded.segmentBytes)
        return bounded
    }
}
