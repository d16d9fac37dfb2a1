/// Every metric that a process of Statuscast may expose.
public enum MetricCatalogue {
    public static let all: [MetricDescription] =
        [process, front, receive, deliver, store, queue].flatMap { $0 }.sorted { $0.name < $1.name }

    static let every = ["api", "deliver", "queue", "receive", "store", "up"]

    static let process: [MetricDescription] = [
        .init(
            "process_cpu_seconds_total", .counter, unit: "seconds", in: every,
            "Processor time that the process has used, its own and the system's for it."),
        .init("process_open_fds", .gauge, unit: "descriptors", in: every, "Open file descriptors."),
        .init("process_resident_memory_bytes", .gauge, unit: "bytes", in: every, "Memory that is resident."),
        .init(
            "process_start_time_seconds", .gauge, unit: "Unix seconds", in: every, "When the process was started."),
        .init(
            "statuscast_process_memory_limit_bytes", .gauge, unit: "bytes", in: every,
            "What the process may use: the bound of its control group, else the memory of the machine."),
        .init(
            "statuscast_disk_free_bytes", .gauge, ["place"], unit: "bytes", in: every,
            "What the process may still write on the filesystem of a place that it writes to: queue, store, shared."),
        .init(
            "statuscast_disk_size_bytes", .gauge, ["place"], unit: "bytes", in: every,
            "Size of the filesystem of that place."),
    ]

    static let front: [MetricDescription] = {
        let here = ["api", "up"]
        return [
            .init(
                "statuscast_api_append_failures_total", .counter, unit: "batches", in: here,
                "Batches that the queue did not take; those who posted them were answered 503."),
            .init(
                "statuscast_api_append_seconds", .histogram, unit: "seconds", in: here,
                "From a batch's leaving to its being on stable storage in the queue: what a post waits for."),
            .init(
                "statuscast_api_appended_items_total", .counter, unit: "items", in: here,
                "Posts and deletes that the queue has on stable storage."),
            .init(
                "statuscast_api_cache_lookups_total", .counter, ["cache", "outcome"], unit: "look-ups", in: here,
                "Look-ups by cache (accounts, tokens, fragments, pages and others) and outcome: hit or miss."),
            .init(
                "statuscast_api_request_seconds", .histogram, ["route"], unit: "seconds", in: here,
                "From the head of a request to its answer, by the pattern of its route."),
            .init(
                "statuscast_api_requests_total", .counter, ["route", "status"], unit: "requests", in: here,
                "Answered requests by pattern and class of status: 2xx, 4xx and so on."),
            .init(
                "statuscast_api_stream_closed_total", .counter, ["reason"], unit: "streams", in: here,
                "Streams that the front ended, by reason: client, protocol, revoked, shutdown or slow."),
            .init(
                "statuscast_api_stream_connections", .gauge, ["transport"], unit: "streams", in: here,
                "Open streams by transport: sse or websocket."),
            .init(
                "statuscast_api_stream_events_total", .counter, ["event"], unit: "events", in: here,
                "Events sent to streams, one for each that got it: update, delete, notification, status.update."),
            .init(
                "statuscast_api_store_answers", .gauge, unit: "0 or 1", in: here,
                "Whether the store answers this front; asked at a scrape."),
        ]
    }()
}
