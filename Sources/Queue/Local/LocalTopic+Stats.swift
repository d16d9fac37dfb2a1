internal import HashRing
internal import SegmentLog
internal import Synchronization

extension LocalTopic {
    /// One row by group; a topic without groups has one row, of the group without a name. Blocks: the age of a stream
    /// is read from its oldest frame. Bytes are in proportion where a group stands in the middle of a stream.
    func stats() -> [TopicStats] {
        let known = state.withLock { $0 }
        let bytes = log.streams().reduce(into: [StreamKey: UInt64]()) { $0[StreamKey($1.key)] = $1.value.bytes }
        return (spec.groups.isEmpty ? [""] : spec.groups).map { group in
            var row = TopicStats(
                topic: spec.name, node: node, group: group, depthFrames: 0, depthBytes: 0, oldestAgeMilliseconds: 0)
            for (partition, streams) in known.streams {
                for (id, stream) in streams {
                    let key = StreamKey(partition: partition, stream: id)
                    let behind = max(known.committedNumber(key, group: group), stream.dropped)
                    guard stream.synced > behind else { continue }
                    let depth = stream.synced - behind
                    row.depthFrames += depth
                    row.depthBytes += UInt64(
                        Double(bytes[key] ?? 0) * Double(depth) / Double(stream.synced - stream.dropped))
                    row.oldestAgeMilliseconds = max(row.oldestAgeMilliseconds, age(of: key, number: behind + 1))
                }
            }
            return row
        }
    }

    /// Milliseconds since a frame was appended; 0 where it cannot be read.
    private func age(of key: StreamKey, number: UInt64) -> UInt64 {
        let time = now()
        if let known = ages.withLock({ $0[key] }), known.number == number {
            return time - min(time, known.unixMilliseconds)
        }
        guard case .frame(let frame)? = try? log.read(LogStream(key), from: number, maxBytes: 1).first,
            let stamped = StampedFrame.open(frame.bytes)
        else { return 0 }
        ages.withLock { $0[key] = (number, stamped.unixMilliseconds) }
        return time - min(time, stamped.unixMilliseconds)
    }

    /// First and last fetchable number of the streams of the partitions.
    func streamStates(_ partitions: [PartitionIndex]) -> [StreamState] {
        let known = state.withLock { $0.streams }
        return partitions.flatMap { partition in
            (known[partition] ?? [:]).map { id, stream in
                StreamState(
                    key: StreamKey(partition: partition, stream: id), first: stream.dropped + 1, last: stream.synced)
            }
        }
    }
}
