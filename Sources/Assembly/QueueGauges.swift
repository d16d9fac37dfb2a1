internal import Metrics
internal import Queue
internal import Synchronization

/// Publishes what waits on a queue node of this process, what has come, and what its files take, when somebody asks:
/// what nobody asks for costs nothing.
final class QueueGauges: Sendable {
    private let node: LocalNode
    /// What the counters have been told, by topic.
    private let told = Mutex<[String: (frames: Int64, bytes: Int64)]>([:])

    init(node: LocalNode) { self.node = node }

    func collect() async {
        let usage = node.usage()
        for topic in usage {
            let dimensions = [("topic", topic.topic), ("node", node.name)]
            Meter(label: "statuscast_queue_topic_bytes", dimensions: dimensions).set(Double(topic.fileBytes))
            Meter(label: "statuscast_queue_quota_bytes", dimensions: dimensions).set(Double(topic.quotaBytes ?? 0))
            // Of two scrapes at one time the one that looked first may come here last.
            let new = told.withLock { told in
                let before = told[topic.topic] ?? (0, 0)
                let frames = max(Int64(topic.appendedFrames), before.frames)
                let bytes = max(Int64(topic.appendedBytes), before.bytes)
                told[topic.topic] = (frames, bytes)
                return (frames: frames - before.frames, bytes: bytes - before.bytes)
            }
            Counter(label: "statuscast_queue_appended_frames_total", dimensions: dimensions).increment(by: new.frames)
            Counter(label: "statuscast_queue_appended_bytes_total", dimensions: dimensions).increment(by: new.bytes)
        }
        Meter(label: "statuscast_queue_failed_logs", dimensions: [("node", node.name)])
            .set(Double(usage.count { $0.hasFailed }))
        guard let rows = try? await node.stats() else { return }
        for row in rows {
            let dimensions = [("topic", row.topic), ("group", row.group), ("node", row.node)]
            Meter(label: "statuscast_queue_depth_frames", dimensions: dimensions).set(Double(row.depthFrames))
            Meter(label: "statuscast_queue_depth_bytes", dimensions: dimensions).set(Double(row.depthBytes))
            Meter(label: "statuscast_queue_oldest_seconds", dimensions: dimensions)
                .set(Double(row.oldestAgeMilliseconds) / 1_000)
        }
    }
}
