/// Something that a stage could not process, why, and everything that it takes to look at it and to try it again.
public struct DeadLetter: Sendable, Hashable {
    /// What `bytes` are, and with that how they are tried again.
    public enum Content: String, Sendable, Hashable {
        /// One item of a frame.
        case item
        /// A whole frame, where its items cannot be told apart; empty where the queue had no readable copy of it.
        case frame
        /// The record as it would lie in the mailbox `address`.
        case record
    }

    /// The frame that it came in.
    public struct Source: Sendable, Hashable, CustomStringConvertible {
        public var stream: String
        public var number: UInt64
        /// The item's place in the frame from 0; nil for the frame as a whole, or where it is not known.
        public var item: Int?

        public init(stream: String, number: UInt64, item: Int? = nil) {
            self.stream = stream
            self.number = number
            self.item = item
        }

        public var description: String { "\(stream)/\(number)/\(item ?? -1)" }
    }

    /// Who put it aside: `judge`, `spread`, `notify`, `store`, `deliver`.
    public var stage: String
    /// The topic that it came from and goes back to.
    public var topic: String
    public var lane: String?
    public var partition: UInt16
    public var source: Source?
    /// The mailbox that it was for, where it is a record.
    public var address: String?
    /// Of the status or record, where it is known.
    public var id: UInt64?
    /// Nil in entries of version 1 that do not say.
    public var content: Content?
    /// One line; what else it holds is made one line when it is written, and cut after 1000 characters.
    public var reason: String
    /// When it was put aside.
    public var unixMilliseconds: UInt64
    public var bytes: ArraySlice<UInt8>

    public init(
        stage: String, topic: String, lane: String? = nil, partition: UInt16, source: Source? = nil,
        address: String? = nil, id: UInt64? = nil, content: Content?, reason: String, unixMilliseconds: UInt64,
        bytes: ArraySlice<UInt8>
    ) {
        self.stage = stage
        self.topic = topic
        self.lane = lane
        self.partition = partition
        self.source = source
        self.address = address
        self.id = id
        self.content = content
        self.reason = reason
        self.unixMilliseconds = unixMilliseconds
        self.bytes = bytes
    }
}

/// What became of a dead letter in the end.
public enum Settlement: String, Sendable, Hashable {
    case replayed
    case dropped
}

/// A dead letter as it lies in a box.
public struct StoredDeadLetter: Sendable, Hashable {
    public let id: DeadLetterID
    /// `DeadLetterBox.list` leaves its bytes empty.
    public var letter: DeadLetter
    public let byteCount: Int
    public let settlement: Settlement?
}
