public import HashRing

/// One node of the queue cluster as the engine sees it: in this process (`LocalNode`) or behind the wire.
///
/// A node takes only the next number of a stream, confirms one that it has, refuses streams that it does not know, and
/// serves only what it has synced. It knows topics by name and frames as bytes. A node that is being drained refuses
/// openings and new frames with `.draining` and serves what it has.
public protocol QueueNode: AnyObject, Sendable {
    var name: String { get }

    /// Makes streams known, so that frames of them are taken. Opening one again changes nothing; opening none says
    /// whether the node takes streams.
    func open(_ streams: [StreamKey], topic: String) async throws(QueueError)

    /// Appends numbered frames and calls `completion` once all are synced. Returns at once and never blocks; calls are
    /// taken in the order in which they were made, so
    /// a producer may have several under way. Fails with `.unknownStream` for a number that is not the next.
    func append(
        _ frames: [NumberedFrame], topic: String, completion: @escaping @Sendable (Result<Void, QueueError>) -> Void)

    /// Frames behind the cursors, of every stream of the partitions, the known and the new: at least one as soon as
    /// there is one, none after `waitMilliseconds`. A frame larger than `maxBytes` comes alone.
    func fetch(
        _ topic: String, after cursors: [PartitionIndex: Cursor], maxBytes: Int, waitMilliseconds: Int
    ) async throws(QueueError) -> [FetchedFrame]

    /// First and last fetchable number of every stream of the partitions.
    func streams(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [StreamState]

    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError)

    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError)

    /// Moves a group's cursors to where they stand on another node that had the same streams, outside of any tenure.
    /// Only for whoever brings streams from one node to another (`Evacuation`).
    func adopt(_ topic: String, group: String, cursors: [PartitionIndex: Cursor]) async throws(QueueError)

    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor]

    func stats() async throws(QueueError) -> [TopicStats]

    func close() async
}

public struct StreamKey: Hashable, Sendable {
    public var partition: PartitionIndex
    public var stream: StreamID

    public init(partition: PartitionIndex, stream: StreamID) {
        self.partition = partition
        self.stream = stream
    }
}

public struct NumberedFrame: Sendable {
    public var key: StreamKey
    public var number: UInt64
    public var bytes: [UInt8]

    public init(key: StreamKey, number: UInt64, bytes: [UInt8]) {
        self.key = key
        self.number = number
        self.bytes = bytes
    }
}

public struct StreamState: Sendable, Hashable {
    public var key: StreamKey
    /// The lowest number that can still be fetched; one more than `last` where there is none.
    public var first: UInt64
    /// The highest number that is synced; 0 where there is none yet.
    public var last: UInt64

    public init(key: StreamKey, first: UInt64, last: UInt64) {
        self.key = key
        self.first = first
        self.last = last
    }
}
