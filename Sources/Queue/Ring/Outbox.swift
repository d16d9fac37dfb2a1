internal import DequeModule
internal import HashRing

/// The unconfirmed frames of one partition, in the order of the calls, and the stream in which they go out. Pure.
struct Outbox: Sendable {
    struct Frame: Sendable {
        var bytes: [UInt8]
        var ticket: UInt64
        /// Members of the stream that have confirmed it.
        var confirmations = 0
    }

    struct Stream: Sendable {
        var id: StreamID
        var members: [Int]
        /// Members that have not answered the opening yet.
        var unopened: Set<Int>
        /// The number up to which frames were sent, by member.
        var sent: [Int: UInt64] = [:]
        /// Members in whose line of ready partitions this one stands.
        var ready: Set<Int> = []
        var since: UInt64
        /// Set once the stream is to be left: nothing behind this number goes out in it.
        var lastNumber: UInt64?
    }

    private var frames: Deque<Frame> = []
    /// The number of the first of `frames` in the stream.
    private var firstNumber: UInt64 = 1
    private(set) var stream: Stream?
    /// Since when streams have failed without a frame being confirmed.
    var troubledSince: UInt64?
    var refusals = 0

    var isEmpty: Bool { frames.isEmpty }
    private var lastNumber: UInt64 { firstNumber + UInt64(frames.count) - 1 }
    /// Up to where frames may go out in the stream as it is.
    private var lastSendable: UInt64 { min(lastNumber, stream?.lastNumber ?? .max) }
    /// Whether everything that was to go out in a stream that is being left is confirmed.
    var hasLeftStream: Bool { stream?.lastNumber.map { firstNumber > $0 } ?? false }

    mutating func append(_ bytes: [UInt8], ticket: UInt64) {
        frames.append(Frame(bytes: bytes, ticket: ticket))
    }

    mutating func start(_ id: StreamID, on members: [Int], now: UInt64) {
        firstNumber = 1
        stream = Stream(id: id, members: members, unopened: Set(members), since: now)
    }

    /// True once all members have opened it.
    mutating func opened(_ id: StreamID, at member: Int) -> Bool {
        guard stream?.id == id else { return false }
        stream?.unopened.remove(member)
        return stream?.unopened.isEmpty == true
    }

    /// The frames will go out again from the first on, in another stream.
    mutating func abandonStream() {
        stream = nil
        for index in frames.indices { frames[index].confirmations = 0 }
    }

    /// The stream takes nothing more than what was sent in it; the rest goes out in the next one, behind it.
    mutating func leaveStream() {
        guard let sent = stream?.sent.values.max(), sent >= firstNumber else { return abandonStream() }
        if stream?.lastNumber == nil { stream?.lastNumber = sent }
    }

    /// True where the member has something to get and does not know it yet.
    mutating func makeReady(_ member: Int) -> Bool {
        guard let stream, stream.sent[member] ?? 0 < lastSendable else { return false }
        return self.stream?.ready.insert(member).inserted == true
    }

    /// The next frames for a member, as far as the limits reach (one at least); nil where there are none.
    mutating func send(
        _ partition: PartitionIndex, to member: Int, framesMax: Int, bytesLeft: inout Int
    ) -> (stream: StreamID, frames: [NumberedFrame], numbers: ClosedRange<UInt64>, hasMore: Bool)? {
        guard let stream, stream.ready.contains(member) else { return nil }
        let key = StreamKey(partition: partition, stream: stream.id)
        let first = max(stream.sent[member] ?? 0, firstNumber - 1) + 1
        var number = first
        var sent: [NumberedFrame] = []
        while number <= lastSendable, sent.count < framesMax, bytesLeft > 0 {
            let bytes = frames[Int(number - firstNumber)].bytes
            sent.append(NumberedFrame(key: key, number: number, bytes: bytes))
            bytesLeft -= bytes.count
            number += 1
        }
        let hasMore = number <= lastSendable
        if !hasMore { self.stream?.ready.remove(member) }
        guard !sent.isEmpty else { return nil }
        self.stream?.sent[member] = number - 1
        return (stream.id, sent, first...(number - 1), hasMore)
    }

    /// A member has confirmed frames; returns those from the front that all members have now.
    mutating func confirm(_ numbers: ClosedRange<UInt64>, of id: StreamID, copies: Int) -> [Frame] {
        guard stream?.id == id else { return [] }
        for number in numbers where number >= firstNumber && number <= lastNumber {
            frames[Int(number - firstNumber)].confirmations += 1
        }
        var confirmed: [Frame] = []
        while let first = frames.first, first.confirmations >= copies {
            confirmed.append(first)
            frames.removeFirst()
            firstNumber += 1
        }
        if !confirmed.isEmpty {
            troubledSince = nil
            refusals = 0
        }
        return confirmed
    }

    /// Gives everything up; what was sent of it may be stored or not.
    mutating func removeAll() -> [Frame] {
        let removed = Array(frames)
        frames.removeAll()
        // A stream that frames are missing from cannot go on.
        if !removed.isEmpty { stream = nil }
        return removed
    }
}
