/// Something that a stage could not process, and why: kept until an operator replays or drops it.
public struct DeadLetter: Sendable, Hashable {
    /// Who put it aside: `judge`, `spread`, `notify`, `store`, `deliver`.
    public var stage: String
    /// The topic that it came from.
    public var topic: String
    /// Of a delivery stage only.
    public var lane: String?
    public var partition: UInt16
    /// Where in the topic it lay; nil where that is not known any more.
    public var source: DeadLetterSource?
    /// The mailbox that could not be written; then `bytes` is the mbox record.
    public var address: String?
    /// Of the status or event, if known.
    public var id: UInt64?
    /// Kept as one line: control characters become spaces.
    public var reason: String
    public var unixMilliseconds: UInt64
    /// The item or the record; the frame's whole payload where `source.isWholeFrame`. Empty where nothing of it is left.
    public var bytes: ArraySlice<UInt8>

    public init(
        stage: String, topic: String, lane: String? = nil, partition: UInt16, source: DeadLetterSource? = nil,
        address: String? = nil, id: UInt64? = nil, reason: String, unixMilliseconds: UInt64, bytes: ArraySlice<UInt8>
    ) {
        self.stage = stage
        self.topic = topic
        self.lane = lane
        self.partition = partition
        self.source = source
        self.address = address
        self.id = id
        self.reason = reason
        self.unixMilliseconds = unixMilliseconds
        self.bytes = bytes
    }
}

/// The place of an item: stream and number of its frame, and its index there, from 0.
public struct DeadLetterSource: Sendable, Hashable, CustomStringConvertible {
    public var stream: String
    public var number: UInt64
    /// -1 for the frame as a whole, whose items cannot be told apart.
    public var item: Int

    public init(stream: String, number: UInt64, item: Int) {
        self.stream = stream
        self.number = number
        self.item = item
    }

    public var isWholeFrame: Bool { item < 0 }
    public var description: String { "\(stream)/\(number)/\(item)" }

    /// `STREAM/NUMBER/ITEM`, or `STREAM NUMBER` as delivery workers wrote it first, of an item that is not named.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 3, let number = UInt64(parts[1]), let item = Int(parts[2]) {
            self.init(stream: String(parts[0]), number: number, item: item)
            return
        }
        let words = text.split(separator: " ")
        guard words.count == 2, let number = UInt64(words[1]) else { return nil }
        self.init(stream: String(words[0]), number: number, item: 0)
    }
}
