internal import DequeModule
internal import HashRing

/// What one subscription knows: how far it has come, and the frames that wait to be taken. Pure.
///
/// Frames wait by stream, and streams take turns, so that one partition's backlog does not stand before the others.
/// A frame that has come before, from another copy or an overtaken poll, is known by its number and dropped.
struct ReadingState: Sendable {
    /// One question to one node, and what was assigned when it was asked.
    struct Poll: Sendable {
        var node: Int
        var assignment: UInt64
        var generations: [PartitionIndex: UInt64]
        var cursors: [PartitionIndex: Cursor]
        var maxBytes: Int
    }

    private struct Partition: Sendable {
        /// Tells apart the tenures of a partition that is removed and added again.
        var generation: UInt64
        /// Up to where frames have come in, taken or not.
        var position: Cursor
    }

    private struct Waiting: Sendable {
        var frame: FetchedFrame
        var node: Int
        var bytes: Int
    }

    private static let turnBytes = 64 << 10
    private static let pollBytesMax = 4 << 20
    /// What a frame costs beside its bytes.
    private static let frameOverheadBytes = 128

    private let bytesMax: Int
    private var bytesMaxPerNode = 0
    private(set) var assignment: UInt64 = 0
    private var partitions: [PartitionIndex: Partition] = [:]
    private var waiting: [StreamKey: Deque<Waiting>] = [:]
    private var turns: Deque<StreamKey> = []
    private var waitingBytes: [Int]

    init(nodes: Int, bytesMax: Int) {
        self.bytesMax = bytesMax
        waitingBytes = []
        setNodes(count: nodes, living: nodes)
    }

    /// How many nodes there are now; a node keeps its index, also one that is gone, and those to be asked share the
    /// room.
    mutating func setNodes(count: Int, living: Int) {
        waitingBytes += Array(repeating: 0, count: max(0, count - waitingBytes.count))
        bytesMaxPerNode = max(1 << 20, bytesMax / max(1, living))
    }

    mutating func add(_ partition: PartitionIndex, after cursor: Cursor) {
        remove(partition)
        partitions[partition] = Partition(generation: assignment, position: cursor)
    }

    mutating func remove(_ partition: PartitionIndex) {
        assignment += 1
        guard partitions.removeValue(forKey: partition) != nil else { return }
        for key in waiting.keys where key.partition == partition {
            for entry in waiting.removeValue(forKey: key) ?? [] { waitingBytes[entry.node] -= entry.bytes }
        }
        turns.removeAll { $0.partition == partition }
    }

    /// What to ask a node now; nil while nothing is assigned or what came from it fills its half of the room.
    func poll(node: Int) -> Poll? {
        let room = bytesMaxPerNode - waitingBytes[node]
        guard !partitions.isEmpty, room >= bytesMaxPerNode / 2 else { return nil }
        return Poll(
            node: node, assignment: assignment, generations: partitions.mapValues(\.generation),
            cursors: partitions.mapValues(\.position), maxBytes: min(room, Self.pollBytesMax))
    }

    /// Takes in what a poll has brought.
    mutating func accept(_ frames: [FetchedFrame], of poll: Poll) {
        for frame in frames {
            guard let partition = partitions[frame.partition],
                poll.generations[frame.partition] == partition.generation,
                frame.number > partition.position[frame.stream]
            else { continue }
            partitions[frame.partition]?.position.advance(frame.stream, to: frame.number)
            let key = StreamKey(partition: frame.partition, stream: frame.stream)
            let bytes = frame.content.byteCount + Self.frameOverheadBytes
            waitingBytes[poll.node] += bytes
            if waiting[key] == nil { turns.append(key) }
            waiting[key, default: []].append(Waiting(frame: frame, node: poll.node, bytes: bytes))
        }
    }

    /// The next frames, in turns by stream: at least one if there is one, more as far as `maxBytes` reaches.
    mutating func take(maxBytes: Int) -> [FetchedFrame] {
        var taken: [FetchedFrame] = []
        var left = max(1, maxBytes)
        while left > 0, let key = turns.popFirst() {
            var turn = Self.turnBytes
            while turn > 0, left > 0, let next = waiting[key]?.first {
                let bytes = next.frame.content.byteCount
                if bytes > left, !taken.isEmpty {
                    left = 0
                    break
                }
                waiting[key]?.removeFirst()
                waitingBytes[next.node] -= next.bytes
                taken.append(next.frame)
                turn -= bytes
                left -= bytes
            }
            if waiting[key]?.isEmpty == false { turns.append(key) } else { waiting[key] = nil }
        }
        return taken
    }

    // MARK: Streams that are gone

    /// The streams that positions name, by partition.
    var positions: [PartitionIndex: Cursor] { partitions.mapValues(\.position) }

    /// Forgets positions in streams that no node knows any more.
    mutating func forget(_ gone: [PartitionIndex: Set<StreamID>]) {
        for (partition, streams) in gone { partitions[partition]?.position.keepOnly { !streams.contains($0) } }
    }
}
