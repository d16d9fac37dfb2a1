public import HashRing

/// The seam between the pipeline and whatever keeps its frames: streams, numbers and cursors.
///
/// Promises of every engine, each shown by the conformance suite:
/// - `append` returns when every frame is on stable storage on R nodes, and not before. After a throw each frame is
///   stored or not; appending it again may store it twice.
/// - A frame that was acknowledged is fetched by every group, in the order of its stream, until that group commits it.
/// - Delivery is at least once.
/// - Damage shows as `.quarantined` in its place, naming file and offset; everything else goes on.
///
/// All calls may run concurrently and from any number of tasks. Frames of one partition appended one call after the
/// other are fetched in that order as long as their stream lasts; calls that overlap have no order between them.
public protocol Queue: Sendable {
    /// Appends frames to partitions of a topic. A frame has 1 byte to `QueueLimits.frameBytes`, a call at most
    /// `QueueLimits.framesPerAppend` frames. Waits while too much is outstanding (back-pressure).
    func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError)

    /// As `append`, with an outcome for each frame: `outcome` is called once with each index, from any thread, as soon
    /// as it is known, so frames on a node that hangs do not hold up the others. Returns when all outcomes are told.
    /// A caller that is cancelled is told `.temporary` of what is unknown then; those frames may be stored.
    func appendEach(
        _ frames: [OutgoingFrame], to topic: String,
        outcome: @escaping @Sendable (Int, Result<Void, QueueError>) -> Void
    ) async

    /// Starts to read partitions of a topic on behalf of a consumer group.
    func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription

    /// For each of the partitions, the last number of each stream that can be fetched now.
    func ends(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [PartitionIndex: Cursor]

    /// What the queue was last told by `commit`, as far as it remembers: never ahead of a commit, possibly behind.
    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor]

    /// Makes a tenure known: from now on commits for this group and partition with a lower term are refused.
    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError)

    /// Allows nodes to drop what all groups of the topic have committed. Says nothing about durability of effects:
    /// call it only after they are durable. Throws `.staleTerm` if a higher term was announced.
    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError)

    /// Depth and bytes by topic, as the nodes that answer see them.
    func stats() async throws(QueueError) -> [TopicStats]

    /// Stops taking frames, lets what is outstanding finish, and gives everything back.
    func close() async
}

extension Queue {
    /// A call of `append` for each frame, all at the same time.
    public func appendEach(
        _ frames: [OutgoingFrame], to topic: String,
        outcome: @escaping @Sendable (Int, Result<Void, QueueError>) -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            for (index, frame) in frames.enumerated() {
                group.addTask {
                    do throws(QueueError) {
                        try await append([frame], to: topic)
                        outcome(index, .success(()))
                    } catch {
                        outcome(index, .failure(error))
                    }
                }
            }
        }
    }
}

/// One consumer's reading position in some partitions of one topic. Used by one task at a time.
public protocol QueueSubscription: Sendable {
    /// Adds a partition; frames after `cursor` follow, from streams that the cursor does not name from their first.
    func add(_ partition: PartitionIndex, after cursor: Cursor) async throws(QueueError)

    /// Removes a partition; frames of it that were not yet returned are not returned any more.
    func remove(_ partition: PartitionIndex) async

    /// The next frames of any of the partitions: at least one as soon as there is one, more as far as `maxBytes`
    /// reaches; none when `waitMilliseconds` have passed. Within a stream in order, without a gap or a repetition.
    /// A node that cannot be reached is left out and asked again in the background.
    func next(maxBytes: Int, waitMilliseconds: Int) async throws(QueueError) -> [FetchedFrame]

    func close() async
}

public enum QueueLimits {
    public static let frameBytes = 8 << 20
    public static let framesPerAppend = 4096
}

public struct OutgoingFrame: Sendable {
    public var partition: PartitionIndex
    public var bytes: [UInt8]

    public init(partition: PartitionIndex, bytes: [UInt8]) {
        self.partition = partition
        self.bytes = bytes
    }
}

public struct FetchedFrame: Sendable {
    public enum Content: Sendable {
        case bytes([UInt8])
        /// The frame cannot be read any more on any copy; the text names node, file and offset.
        case quarantined(String)
    }

    public var partition: PartitionIndex
    public var stream: StreamID
    public var number: UInt64
    public var content: Content

    public init(partition: PartitionIndex, stream: StreamID, number: UInt64, content: Content) {
        self.partition = partition
        self.stream = stream
        self.number = number
        self.content = content
    }
}

/// For one partition: for each stream, the number up to which a consumer has come. A missing stream stands for 0.
public struct Cursor: Hashable, Sendable {
    public private(set) var numbers: [StreamID: UInt64]

    public init(_ numbers: [StreamID: UInt64] = [:]) { self.numbers = numbers }

    public subscript(stream: StreamID) -> UInt64 { numbers[stream] ?? 0 }

    /// Moves a stream forward; a lower number changes nothing.
    public mutating func advance(_ stream: StreamID, to number: UInt64) {
        if number > self[stream] { numbers[stream] = number }
    }

    public mutating func merge(_ other: Cursor) {
        for (stream, number) in other.numbers { advance(stream, to: number) }
    }

    /// Whether everything up to `end` has been passed.
    public func reaches(_ end: Cursor) -> Bool { end.numbers.allSatisfy { self[$0.key] >= $0.value } }

    /// Forgets streams that are drained and gone, so that a cursor does not grow for ever.
    public mutating func keepOnly(_ keep: (StreamID) -> Bool) { numbers = numbers.filter { keep($0.key) } }
}

public struct TopicStats: Sendable, Hashable {
    public var topic: String
    public var node: String
    public var group: String
    /// Frames that the group has not committed.
    public var depthFrames: UInt64
    public var depthBytes: UInt64
    /// Milliseconds since the oldest of them was appended; 0 where there is none.
    public var oldestAgeMilliseconds: UInt64

    public init(
        topic: String, node: String, group: String, depthFrames: UInt64, depthBytes: UInt64,
        oldestAgeMilliseconds: UInt64
    ) {
        self.topic = topic
        self.node = node
        self.group = group
        self.depthFrames = depthFrames
        self.depthBytes = depthBytes
        self.oldestAgeMilliseconds = oldestAgeMilliseconds
    }
}

/// What a node must know of a topic: its name and the groups that must have committed a frame before it may go.
public struct TopicSpec: Sendable, Hashable {
    public var name: String
    public var groups: [String]
    /// Bound on the bytes of the topic's files; beyond it appends are `.full`. Nil: all the disk.
    public var quotaBytes: Int?
    /// How much of the disk the topic leaves to others: with less free its appends are `.full`.
    public var keepFreeBytes: Int

    public init(name: String, groups: [String], quotaBytes: Int? = nil, keepFreeBytes: Int = 0) {
        self.name = name
        self.groups = groups
        self.quotaBytes = quotaBytes
        self.keepFreeBytes = keepFreeBytes
    }
}
