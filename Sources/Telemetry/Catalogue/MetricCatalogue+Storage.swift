extension MetricCatalogue {
    static let store: [MetricDescription] = {
        func counter(_ noun: String, unit: String, _ meaning: String) -> MetricDescription {
            .init("statuscast_store_\(noun)_total", .counter, ["topic"], unit: unit, in: ["store", "up"], meaning)
        }
        return [
            counter("batch_retries", unit: "batches", "Batches that the store has to write again."),
            counter("dead_letters", unit: "items", "Items put aside with a reason."),
            counter("facts_applied", unit: "facts", "Facts written."),
            counter("facts_conflicting", unit: "facts", "Facts that contradict what is stored; the older one stays."),
            counter("facts_repeated", unit: "facts", "Facts that were known already."),
            counter("frames_quarantined", unit: "frames", "Frames damaged on disk that were passed over."),
            .init(
                "statuscast_store_batch_seconds", .histogram, ["topic"], unit: "seconds", in: ["store", "up"],
                "From a fetched batch to its being in the database."),
        ]
    }()

    static let queue: [MetricDescription] = {
        let here = ["queue", "up"]
        return [
            .init(
                "statuscast_queue_appended_bytes_total", .counter, ["node", "topic"], unit: "bytes", in: here,
                "Bytes of the frames that came and are on stable storage."),
            .init(
                "statuscast_queue_appended_frames_total", .counter, ["node", "topic"], unit: "frames", in: here,
                "Frames that came and are on stable storage. What left is this less the growth of the depth."),
            .init(
                "statuscast_queue_depth_bytes", .gauge, ["group", "node", "topic"], unit: "bytes", in: here,
                "About what the frames of the depth take."),
            .init(
                "statuscast_queue_depth_frames", .gauge, ["group", "node", "topic"], unit: "frames", in: here,
                "Frames that the group has not committed. The group lookups commits nothing: its topic is kept."),
            .init(
                "statuscast_queue_failed_logs", .gauge, ["node"], unit: "logs", in: here,
                "Logs that take nothing any more since the disk refused a sync or a write of theirs."),
            .init(
                "statuscast_queue_node_answers", .gauge, ["node"], unit: "0 or 1",
                in: ["api", "deliver", "receive", "store"],
                "Whether the node answers this process within a second; asked at a scrape."),
            .init(
                "statuscast_queue_oldest_seconds", .gauge, ["group", "node", "topic"], unit: "seconds", in: here,
                "Age of the oldest frame that the group has not committed, 0 where there is none."),
            .init(
                "statuscast_queue_quota_bytes", .gauge, ["node", "topic"], unit: "bytes", in: here,
                "Bound on the files of a topic, 0 for none."),
            .init(
                "statuscast_queue_sync_seconds", .histogram, ["node"], unit: "seconds", in: here,
                "An fdatasync of any log of the node; its count is that of the syncs."),
            .init(
                "statuscast_queue_topic_bytes", .gauge, ["node", "topic"], unit: "bytes", in: here,
                "Bytes of a topic's files, with what waits to be reused."),
        ]
    }()
}
