internal import Metrics
internal import Queue

/// Publishes what waits on a queue node of this process and what its files take, when somebody asks: what nobody asks
/// for costs nothing.
struct QueueGauges: Sendable {
    let node: LocalNode

    func collect() async {
        let usage = node.usage()
        for topic in usage {
            let dimensions = [("topic", topic.topic), ("node", node.name)]
            Meter(label: "statuscast_queue_topic_bytes", dimensions: dimensions).set(Double(topic.fileBytes))
            Meter(label: "statuscast_queue_quota_bytes", dimensions: dimensions).set(Double(topic.quotaBytes ?? 0))
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
