internal import HashRing

/// What a node knows of one topic apart from the frames: its streams, cursors and terms. Pure; no file is touched here.
struct TopicState: Sendable {
    struct Stream: Sendable, Equatable {
        /// The number that is taken next, counting what is under way to the log.
        var next: UInt64 = 1
        /// Everything up to here is on stable storage.
        var synced: UInt64 = 0
        /// Everything up to here is committed by all groups and has been given up.
        var dropped: UInt64 = 0
        /// Its opening is on stable storage.
        var opened = false
        /// An append failed: what follows would leave a gap, so nothing is taken any more.
        var broken = false
        var usedUnixMilliseconds: UInt64
    }

    /// A stream without appends for so long may be forgotten.
    static let idleMilliseconds: UInt64 = 600_000

    let groups: [String]
    /// No stream is opened and no new frame is taken any more; what is here is served.
    var isDraining = false
    private(set) var streams: [PartitionIndex: [StreamID: Stream]] = [:]
    private(set) var committed: [String: [PartitionIndex: Cursor]] = [:]
    private(set) var terms: [String: [PartitionIndex: UInt64]] = [:]

    init(groups: [String]) { self.groups = groups }

    subscript(key: StreamKey) -> Stream? {
        get { streams[key.partition]?[key.stream] }
        set { streams[key.partition, default: [:]][key.stream] = newValue }
    }

    /// Makes streams known; returns those whose opening is not durable yet.
    mutating func open(_ keys: [StreamKey], now: UInt64) throws(QueueError) -> [StreamKey] {
        if isDraining { throw Self.draining }
        return keys.filter { key in
            if let known = self[key] { return !known.opened }
            self[key] = Stream(usedUnixMilliseconds: now)
            return true
        }
    }

    mutating func opened(_ keys: [StreamKey]) {
        for key in keys { self[key]?.opened = true }
    }

    /// The openings could not be written: whatever has nothing in the log is unknown again.
    mutating func openingFailed(_ keys: [StreamKey]) {
        for key in keys where self[key]?.opened == false && self[key]?.next == 1 { self[key] = nil }
    }

    private static let draining = QueueError(.draining, "the node is being drained and takes no new frames")

    // MARK: Appending

    struct Taken: Sendable {
        /// The frames that have to be written, in their order.
        var new: [NumberedFrame] = []
        /// Where the streams must have come before frames that were under way already are confirmed.
        var underWay: [StreamKey: UInt64] = [:]
    }

    /// Takes all frames or, with an error, none.
    mutating func take(_ frames: [NumberedFrame], now: UInt64) throws(QueueError) -> Taken {
        var taken = Taken()
        var next: [StreamKey: UInt64] = [:]
        for frame in frames {
            guard let stream = self[frame.key] else {
                throw QueueError(
                    .unknownStream, "stream \(frame.key.stream) of partition \(frame.key.partition) is not known")
            }
            let expected = next[frame.key] ?? stream.next
            if frame.number == expected, !stream.broken {
                if isDraining { throw Self.draining }
                taken.new.append(frame)
                next[frame.key] = expected + 1
            } else if frame.number < expected, frame.number > 0, !stream.broken || frame.number <= stream.synced {
                if frame.number > stream.synced { taken.underWay[frame.key] = frame.number }
            } else {
                throw QueueError(
                    .unknownStream,
                    "stream \(frame.key.stream) of partition \(frame.key.partition) is at \(expected), not \(frame.number)"
                )
            }
        }
        for (key, number) in next {
            self[key]?.next = number
            self[key]?.usedUnixMilliseconds = now
        }
        return taken
    }

    /// The frames are on stable storage. False when one of them does not follow what is: its stream is broken.
    mutating func synced(_ frames: [(key: StreamKey, number: UInt64)]) -> Bool {
        var contiguous = true
        for frame in frames {
            guard let stream = self[frame.key], stream.synced + 1 == frame.number else {
                contiguous = false
                continue
            }
            self[frame.key]?.synced = frame.number
        }
        return contiguous
    }

    /// The frames could not be written: their streams end here. Returns those of which nothing is stored; they are
    /// unknown from now on.
    mutating func failed(_ frames: [(key: StreamKey, number: UInt64)]) -> [StreamKey] {
        for frame in frames { self[frame.key]?.broken = true }
        let empty = Set(frames.map(\.key)).filter { self[$0]?.synced == 0 }
        for key in empty { self[key] = nil }
        return Array(empty)
    }

    // MARK: Terms and commits

    /// True when the term is new and has to be written down.
    mutating func announce(term: UInt64, group: String, partition: PartitionIndex) throws(QueueError) -> Bool {
        let known = terms[group]?[partition] ?? 0
        guard term >= known else {
            throw QueueError(
                .staleTerm, "group \(group) of partition \(partition) is at term \(known), not \(term)")
        }
        guard term > known else { return false }
        terms[group, default: [:]][partition] = term
        return true
    }

    /// Moves the group's cursors, as far as this node has the frames; returns the cursors that moved.
    mutating func commit(group: String, cursors: [PartitionIndex: Cursor]) -> [(key: StreamKey, number: UInt64)] {
        var moved: [(key: StreamKey, number: UInt64)] = []
        for (partition, cursor) in cursors {
            for (stream, number) in cursor.numbers {
                guard let known = streams[partition]?[stream] else { continue }
                let reached = min(number, known.synced)
                guard reached > committed[group]?[partition]?[stream] ?? 0 else { continue }
                committed[group, default: [:]][partition, default: Cursor()].advance(stream, to: reached)
                moved.append((StreamKey(partition: partition, stream: stream), reached))
            }
        }
        return moved
    }

    func committedNumber(_ key: StreamKey, group: String) -> UInt64 {
        committed[group]?[key.partition]?[key.stream] ?? 0
    }

    /// How far all groups have come; 0 for a topic without groups, which keeps everything.
    func committedByAll(_ key: StreamKey) -> UInt64 {
        groups.map { committedNumber(key, group: $0) }.min() ?? 0
    }

    /// Notes that the stream is given up as far as all groups have come; nil when that is nothing new.
    mutating func drop(_ key: StreamKey) -> UInt64? {
        let reached = committedByAll(key)
        guard let stream = self[key], reached > stream.dropped else { return nil }
        self[key]?.dropped = reached
        return reached
    }

    // MARK: Forgetting

    /// Forgets the partition's streams that nobody can miss: drained by all groups, nothing under way, unused for ten
    /// minutes, and not the newest. An append to one of them is refused, and its producer opens a new one.
    mutating func forgetDrained(_ partition: PartitionIndex, now: UInt64) -> [StreamKey] {
        guard let known = streams[partition], known.count > 1, let newest = known.keys.max() else { return [] }
        let idleSince = now - min(now, Self.idleMilliseconds)
        var forgotten: [StreamKey] = []
        for (stream, state) in known where stream != newest {
            let key = StreamKey(partition: partition, stream: stream)
            let drained = state.broken || state.next == state.synced + 1
            guard drained, state.opened, state.usedUnixMilliseconds <= idleSince,
                committedByAll(key) >= state.synced
            else { continue }
            forget(key)
            forgotten.append(key)
        }
        return forgotten
    }

    mutating func forget(_ key: StreamKey) {
        self[key] = nil
        for group in committed.keys { committed[group]?[key.partition]?.keepOnly { $0 != key.stream } }
    }

    // MARK: Recovery

    mutating func restoreCommit(_ key: StreamKey, group: String, number: UInt64) {
        committed[group, default: [:]][key.partition, default: Cursor()].advance(key.stream, to: number)
    }

    mutating func restoreTerm(_ term: UInt64, group: String, partition: PartitionIndex) {
        terms[group, default: [:]][partition] = term
    }
}
