public import HashRing

/// Brings the streams of one topic from a node that is being drained to others, for a topic that some group keeps
/// for ever (`accounts`): its frames would never be drained otherwise.
///
/// The copy has the same streams with the same numbers, so readers go on behind the cursors that they have and see
/// nothing twice. A stream is given up at the source in one step, once the copy is on stable storage and all other
/// groups are through with it there. Nothing is ever dropped in part: a reader that began at the source in the middle
/// of a stream would pass over the beginning that lies in the copy. A pass may end anywhere and be made again.
public struct Evacuation: Sendable {
    private let source: any QueueNode
    private let topic: TopicSpec
    private let keeper: String
    private let targets: @Sendable (PartitionIndex) -> [any QueueNode]

    /// `keeper` is the group that never commits; `targets` are the nodes that are to have a partition's copies.
    public init(
        from source: any QueueNode, topic: TopicSpec, keeper: String,
        targets: @escaping @Sendable (PartitionIndex) -> [any QueueNode]
    ) {
        self.source = source
        self.topic = topic
        self.keeper = keeper
        self.targets = targets
    }

    /// Brings away what can go now; returns how many streams have to stay for the time being because a group is not
    /// through with them. Throws `.invalid` where the source still takes frames, `.corrupt` for a frame that cannot be
    /// read, and what the nodes say.
    public func pass(partitions: [PartitionIndex]) async throws(QueueError) -> Int {
        try await requireDraining()
        var left = 0
        for partition in partitions {
            let streams = try await source.streams(of: topic.name, partitions: [partition])
            let committed = try await committedByOthers(partition)
            for stream in streams.sorted(by: { $0.key.stream < $1.key.stream }) where stream.last >= stream.first {
                guard committed.allSatisfy({ $0.cursor[stream.key.stream] >= stream.last }) else {
                    left += 1
                    continue
                }
                try await bringAway(stream, among: streams, committed: committed.map(\.group))
            }
        }
        return left
    }

    private func requireDraining() async throws(QueueError) {
        do throws(QueueError) {
            try await source.open([], topic: topic.name)
        } catch {
            guard error.code != .draining else { return }
            throw error
        }
        throw QueueError(.invalid, "node \(source.name) still takes frames; it has to be drained first")
    }

    private func committedByOthers(
        _ partition: PartitionIndex
    ) async throws(QueueError) -> [(group: String, cursor: Cursor)] {
        var cursors: [(group: String, cursor: Cursor)] = []
        for group in topic.groups where group != keeper {
            let committed = try await source.committed(topic.name, group: group, partitions: [partition])
            cursors.append((group, committed[partition] ?? Cursor()))
        }
        return cursors
    }

    private func bringAway(
        _ stream: StreamState, among streams: [StreamState], committed groups: [String]
    ) async throws(QueueError) {
        guard stream.first == 1 else {
            throw QueueError(
                .corrupt,
                "stream \(stream.key.stream) of \(topic.name) begins with \(stream.first) on node \(source.name); "
                    + "only a whole stream can be brought to another node")
        }
        let end = [stream.key.partition: Cursor([stream.key.stream: stream.last])]
        let targets = targets(stream.key.partition)
        guard !targets.isEmpty else { throw QueueError(.temporary, "no other node takes streams") }
        for target in targets {
            try await copy(stream, among: streams, to: target)
            for group in groups { try await target.adopt(topic.name, group: group, cursors: end) }
        }
        try await source.adopt(topic.name, group: keeper, cursors: end)
    }

    /// Goes on where an earlier pass ended.
    private func copy(
        _ stream: StreamState, among streams: [StreamState], to target: any QueueNode
    ) async throws(QueueError) {
        let partition = stream.key.partition
        try await target.open([stream.key], topic: topic.name)
        // Behind the ends of all other streams, so that only this one comes.
        var cursor = Cursor(Dictionary(streams.map { ($0.key.stream, $0.last) }, uniquingKeysWith: max))
        let known = try await target.streams(of: topic.name, partitions: [partition])
        var reached = known.first { $0.key == stream.key }?.last ?? 0
        while reached < stream.last {
            cursor.keepOnly { $0 != stream.key.stream }
            cursor.advance(stream.key.stream, to: reached)
            let frames = try await source.fetch(
                topic.name, after: [partition: cursor], maxBytes: 1 << 20, waitMilliseconds: 0)
            guard !frames.isEmpty else {
                throw QueueError(.corrupt, "stream \(stream.key.stream) of \(topic.name) ends at \(reached)")
            }
            var numbered: [NumberedFrame] = []
            for frame in frames { numbered.append(try numberedFrame(frame, of: stream.key)) }
            try await target.append(numbered, topic: topic.name)
            reached = numbered.last?.number ?? reached
        }
    }

    private func numberedFrame(_ frame: FetchedFrame, of key: StreamKey) throws(QueueError) -> NumberedFrame {
        switch frame.content {
        case .bytes(let bytes): return NumberedFrame(key: key, number: frame.number, bytes: bytes)
        case .quarantined(let reason):
            throw QueueError(.corrupt, "frame \(frame.number) of \(topic.name) cannot be brought away: \(reason)")
        }
    }
}

extension QueueNode {
    /// Returns once all frames are synced.
    func append(_ frames: [NumberedFrame], topic: String) async throws(QueueError) {
        let result: Result<Void, QueueError> = await withCheckedContinuation { continuation in
            append(frames, topic: topic) { continuation.resume(returning: $0) }
        }
        try result.get()
    }
}
