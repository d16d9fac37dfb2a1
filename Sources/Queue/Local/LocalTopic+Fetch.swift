internal import DurableFiles
internal import HashRing
internal import SegmentLog
internal import Synchronization

extension LocalTopic {
    /// A stream that has frames behind a reader's cursor.
    private struct Source: Sendable {
        var key: StreamKey
        var next: UInt64
    }

    /// No stream gets less than this in one turn, so that many streams do not make many tiny reads.
    private static let turnBytes = 64 << 10

    /// Waits for frames behind the cursors and reads them; see `QueueNode.fetch`.
    func fetch(
        after cursors: [PartitionIndex: Cursor], maxBytes: Int, waitMilliseconds: Int, isClosed: @Sendable () -> Bool
    ) async throws(QueueError) -> [FetchedFrame] {
        let clock = ContinuousClock()
        let deadline = clock.now + .milliseconds(waitMilliseconds)
        while true {
            guard !isClosed() else { throw QueueError(.closed, "node \(node) is closed") }
            let seen = bell.count
            let sources = state.withLock { Self.sources(in: $0, after: cursors) }
            if !sources.isEmpty {
                let frames = try await threads.run { () throws(QueueError) in
                    try self.read(sources, maxBytes: maxBytes)
                }
                if !frames.isEmpty { return frames }
            }
            let left = clock.now.duration(to: deadline).wholeMilliseconds
            guard left > 0, !Task.isCancelled else { return [] }
            await bell.wait(after: seen, milliseconds: left)
        }
    }

    private static func sources(in state: TopicState, after cursors: [PartitionIndex: Cursor]) -> [Source] {
        var sources: [Source] = []
        for (partition, cursor) in cursors {
            for (stream, known) in state.streams[partition] ?? [:] {
                let behind = max(cursor[stream], known.dropped)
                guard known.synced > behind else { continue }
                sources.append(Source(key: StreamKey(partition: partition, stream: stream), next: behind + 1))
            }
        }
        // Partitions side by side, and within one the stream that was opened first.
        return sources.sorted { ($0.key.stream, $0.key.partition) < ($1.key.stream, $1.key.partition) }
    }

    /// Reads from the streams in turns until `maxBytes` are reached or nothing is left. Blocks.
    private func read(_ sources: [Source], maxBytes: Int) throws(QueueError) -> [FetchedFrame] {
        let start = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        var waiting = sources.indices.map { sources[($0 &+ abs(start % sources.count)) % sources.count] }
        var frames: [FetchedFrame] = []
        var left = maxBytes
        var failure: SegmentLogError?
        while !waiting.isEmpty, left > 0 {
            let share = max(left / waiting.count, Self.turnBytes)
            var again: [Source] = []
            for source in waiting where left > 0 {
                do throws(SegmentLogError) {
                    let read = try log.read(LogStream(source.key), from: source.next, maxBytes: min(share, left))
                    guard let next = take(read, of: source, into: &frames, left: &left) else { continue }
                    again.append(Source(key: source.key, next: next))
                } catch {
                    failure = error
                }
            }
            waiting = again
        }
        if frames.isEmpty, let failure { throw QueueError(failure) }
        return frames
    }

    /// Adds what fits; returns the number to go on with, nil where the stream has nothing more or nothing more fits.
    private func take(
        _ read: [SegmentLog.ReadResult], of source: Source, into frames: inout [FetchedFrame], left: inout Int
    ) -> UInt64? {
        var next: UInt64?
        for result in read {
            let (number, content) = unpacked(result)
            let bytes = content.byteCount
            if bytes > left, !frames.isEmpty {
                left = 0
                return nil
            }
            frames.append(
                FetchedFrame(
                    partition: source.key.partition, stream: source.key.stream, number: number, content: content))
            left -= bytes
            next = number + 1
        }
        return next
    }

    private func unpacked(_ result: SegmentLog.ReadResult) -> (UInt64, FetchedFrame.Content) {
        switch result {
        case .quarantined(let number, let reason):
            (number, .quarantined("node \(node), topic \(spec.name): \(reason)"))
        case .frame(let frame):
            if let opened = StampedFrame.open(frame.bytes) {
                (frame.number, .bytes(opened.bytes))
            } else {
                (
                    frame.number,
                    .quarantined(
                        "node \(node), topic \(spec.name): a frame of \(frame.bytes.count) bytes has no time stamp")
                )
            }
        }
    }
}

extension FetchedFrame.Content {
    /// What the frame counts in limits of bytes.
    var byteCount: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .quarantined(let reason): reason.utf8.count
        }
    }
}

extension Duration {
    /// Rounded up, so that a wait of the result is never too short.
    var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int((components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
