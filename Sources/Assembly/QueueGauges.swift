internal import Metrics
internal import Queue

/// Publishes what waits on the queue nodes of this process, when somebody asks: what nobody asks for costs nothing.
struct QueueGauges: Sendable {
    let stats: @Sendable () async throws(QueueError) -> [TopicStats]

    func collect() async {
        guard let rows = try? await stats() else { return }
        for row in rows {
            let dimensions = [("topic", row.topic), ("group", row.group), ("node", row.node)]
            Meter(label: "statuscast_queue_depth_frames", dimensions: dimensions).set(Double(row.depthFrames))
            Meter(label: "statuscast_queue_depth_bytes", dimensions: dimensions).set(Double(row.depthBytes))
            Meter(label: "statuscast_queue_oldest_seconds", dimensions: dimensions)
                .set(Double(row.oldestAgeMilliseconds) / 1_000)
        }
    }
}
