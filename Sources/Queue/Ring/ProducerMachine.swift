internal import DequeModule
internal import HashRing
internal import SystemClock

/// The producer of one topic as a pure state machine: it numbers frames, opens streams, fills requests and decides what
/// happens when a node fails. Events come in as calls with the time; what has to be done comes out as actions, to be
/// carried out in their order.
///
/// A partition's frames wait in its outbox, in the order of the calls, until all members of its stream have confirmed
/// them. When a member fails the stream is given up, and everything unconfirmed goes out again, in order, in a new
/// stream on nodes that live. So one number of a stream means the same frame on every copy.
///
/// A node that failed gets nothing until it has said again that it takes streams. It is asked with an opening of none,
/// beside the frames, which go to other nodes meanwhile: they wait for a node that hangs when that is found out, and
/// not once more whenever it might be back.
struct ProducerMachine: Sendable {
    typealias Ticket = UInt64
    typealias NodeIndex = Int

    struct Settings: Sendable {
        var copies = 1
        var requestBytesMax = 4 << 20
        var requestFramesMax = 4096
        /// Append requests that may be under way to one node.
        var requestsUnderWayMax = 4
        /// How long a partition looks for enough living nodes before its frames are refused.
        var retryMilliseconds: UInt64 = 2000
        /// A stream away from its preferred nodes is left for them again after so long.
        var awayMilliseconds: UInt64 = 30_000
        /// Refusals of a partition's streams in a row after which the refusing node counts as failed.
        var refusalsMax = 3
    }

    enum Action: Sendable {
        case open(NodeIndex, [StreamKey])
        case append(NodeIndex, request: UInt64, [NumberedFrame])
        case finish(Ticket, Result<Void, QueueError>)
        case release(bytes: Int)
        case wake(afterMilliseconds: UInt64)
    }

    struct Node: Sendable {
        let name: String
        var requestsUnderWay = 0
        /// The streams of the open request that is under way.
        var opening: [StreamKey] = []
        var toOpen: [StreamKey] = []
        /// Partitions that have something to send to this node, each once.
        var ready: Deque<PartitionIndex> = []
        var backoff = Backoff()
        /// It has failed; from then on it may be asked whether it is back. Nil: it lives.
        var suspectUntil: UInt64?
        /// Somebody wants to know whether it is back.
        var isProbeDue = false
        /// It has been asked.
        var isProbing = false
        var lastError: QueueError?
    }

    struct Request: Sendable {
        var node: NodeIndex
        var parts: [(partition: PartitionIndex, stream: StreamID, numbers: ClosedRange<UInt64>)]
    }

    let settings: Settings
    /// The nodes that take new streams of a partition, the most preferred first.
    private(set) var preference: @Sendable (PartitionIndex) -> [NodeIndex]
    let newStream: @Sendable () -> StreamID
    var nodes: [Node]
    var outboxes: [PartitionIndex: Outbox] = [:]
    var tickets: [Ticket: Int] = [:]
    var requests: [UInt64: Request] = [:]
    var lastRequest: UInt64 = 0
    var waiting: Set<PartitionIndex> = []
    var nextWake: UInt64?
    var actions: [Action] = []

    init(
        nodes names: [String], settings: Settings,
        preference: @escaping @Sendable (PartitionIndex) -> [NodeIndex],
        newStream: @escaping @Sendable () -> StreamID
    ) {
        nodes = names.map { Node(name: $0) }
        self.settings = settings
        self.preference = preference
        self.newStream = newStream
    }

    /// What has to be done now, in order.
    mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }

    // MARK: Events

    mutating func enqueue(_ frames: [OutgoingFrame], ticket: Ticket, now: UInt64) {
        enqueue([frames], firstTicket: ticket, now: now)
    }

    /// Several calls in one event: they share requests, and each has its outcome under a ticket of its own.
    mutating func enqueue(_ calls: [[OutgoingFrame]], firstTicket: Ticket, now: UInt64) {
        var touched: [PartitionIndex] = []
        for (ticket, frames) in zip(firstTicket..., calls) {
            tickets[ticket] = frames.count
            for frame in frames {
                if touched.last != frame.partition { touched.append(frame.partition) }
                leaveIfAway(frame.partition, now: now)
                outboxes[frame.partition, default: Outbox()].append(frame.bytes, ticket: ticket)
            }
        }
        for partition in touched { advance(partition, now: now) }
        pump(now: now)
    }

    mutating func opened(_ index: NodeIndex, _ result: Result<Void, QueueError>, now: UInt64) {
        if nodes[index].isProbing { return probed(index, result, now: now) }
        let keys = nodes[index].opening
        nodes[index].opening = []
        switch result {
        case .success:
            for key in keys where outboxes[key.partition]?.opened(key.stream, at: index) == true {
                advance(key.partition, now: now)
            }
        case .failure(let error) where error.code == .invalid:
            for key in keys { fail(key.partition, error) }
        case .failure(let error):
            suspect(index, error, now: now)
        }
        pump(now: now)
    }

    mutating func appended(_ id: UInt64, _ result: Result<Void, QueueError>, now: UInt64) {
        guard let request = requests.removeValue(forKey: id) else { return }
        nodes[request.node].requestsUnderWay -= 1
        switch result {
        case .success:
            restore(request.node)
            for part in request.parts {
                let confirmed = outboxes[part.partition]?.confirm(
                    part.numbers, of: part.stream, copies: settings.copies)
                finish(confirmed ?? [], .success(()))
                if outboxes[part.partition]?.hasLeftStream == true {
                    outboxes[part.partition]?.abandonStream()
                    advance(part.partition, now: now)
                }
            }
        case .failure(let error) where error.code == .invalid:
            for part in request.parts where outboxes[part.partition]?.stream?.id == part.stream {
                fail(part.partition, error)
            }
        case .failure(let error) where error.code == .unknownStream:
            refused(request, error, now: now)
        case .failure(let error):
            let broken = request.parts.contains { outboxes[$0.partition]?.stream?.id == $0.stream }
            // The failure of a stream that was left long ago says nothing new of the node.
            if broken { suspect(request.node, error, now: now) }
        }
        pump(now: now)
    }

    /// The membership or the weights of the nodes have changed. `names` begins with the nodes known so far: a node keeps
    /// its index for ever, also one that is gone. A partition's stream that would open elsewhere now is left: what was
    /// sent in it is waited for, and what comes behind goes out in a new one, so that the order stays.
    mutating func change(
        nodes names: [String], preference: @escaping @Sendable (PartitionIndex) -> [NodeIndex], now: UInt64
    ) {
        for name in names.dropFirst(nodes.count) { nodes.append(Node(name: name)) }
        self.preference = preference
        for partition in outboxes.keys.sorted() { leaveIfElsewhere(partition, now: now) }
        for partition in waiting.sorted() { advance(partition, now: now) }
        pump(now: now)
    }

    /// Time has passed: whoever waits for nodes looks again.
    mutating func tick(now: UInt64) {
        nextWake = nil
        for partition in waiting.sorted() { advance(partition, now: now) }
        pump(now: now)
    }

    /// The end: everything outstanding is refused.
    mutating func end(_ error: QueueError) {
        for partition in outboxes.keys { fail(partition, error) }
        waiting = []
    }
}
