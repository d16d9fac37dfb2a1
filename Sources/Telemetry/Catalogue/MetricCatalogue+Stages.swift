extension MetricCatalogue {
    static let receive: [MetricDescription] = {
        let here = ["receive", "up"]
        return [
            .init(
                "statuscast_receive_append_retries_total", .counter, ["stage"], unit: "appends", in: here,
                "Appends that a stage has to make again because the queue did not take them."),
            .init(
                "statuscast_receive_batch_seconds", .histogram, ["stage"], unit: "seconds", in: here,
                "From a fetched batch to the last append of what comes of it, by stage: judge, the spreads, notify."),
            .init(
                "statuscast_receive_held_partitions", .gauge, ["stage"], unit: "partitions", in: here,
                "Partitions that a stage of this process holds the lease of."),
            .init(
                "statuscast_receive_dropped_route_items_total", .counter, unit: "items", in: here,
                "Copies that a hook wanted in a route topic that is not configured."),
            .init(
                "statuscast_receive_held_total", .counter, ["hook"], unit: "statuses", in: here,
                "Statuses that a receive hook holds for an operator."),
            .init("statuscast_receive_items_total", .counter, ["stage"], unit: "items", in: here, "Items handled."),
            .init(
                "statuscast_receive_leases_lost_total", .counter, ["stage"], unit: "leases", in: here,
                "Leases that another process had taken over."),
            .init(
                "statuscast_receive_lost_route_frames_total", .counter, ["stage"], unit: "frames", in: here,
                "Frames for route topics that the queue did not take; they are not tried again."),
            .init(
                "statuscast_receive_put_aside_total", .counter, ["reason", "stage"], unit: "items", in: here,
                "Dead letters (undecodable) and frames damaged on disk (quarantined) that a stage passed over."),
            .init(
                "statuscast_receive_refused_total", .counter, ["hook"], unit: "statuses", in: here,
                "Statuses that a receive hook has refused."),
            .init(
                "statuscast_receive_statuses_total", .counter, ["verdict"], unit: "statuses", in: here,
                "Statuses judged, by verdict: accepted, refused or held."),
        ]
    }()

    static let deliver: [MetricDescription] = {
        let here = ["deliver", "up"]
        func counter(_ noun: String, unit: String, _ meaning: String) -> MetricDescription {
            .init("statuscast_deliver_\(noun)_total", .counter, ["lane"], unit: unit, in: here, meaning)
        }
        return [
            counter("bundles", unit: "bundles", "Appends to mailbox files; each has all that was pending for one."),
            counter("conflicting_records", unit: "records", "Records with an id that another record has."),
            counter("dead_letters", unit: "items", "Items and records put aside with a reason."),
            counter("deliveries", unit: "deliveries", "Deliveries taken in: one record for one mailbox."),
            counter("failed_syncs", unit: "syncs", "Syncs of the mailboxes that the disk refused."),
            counter("frames", unit: "frames", "Frames taken in."),
            counter("freshened", unit: "mailboxes", "Mailboxes written at once because somebody reads them."),
            .init(
                "statuscast_deliver_hidden_total", .counter, ["hook", "lane"], unit: "deliveries", in: here,
                "Deliveries that a delivery hook kept back: muted, blocked, filtered."),
            counter("items", unit: "items", "Items taken in."),
            counter(
                "lost_route_items", unit: "items", "Copies for route topics that were not taken or not configured."),
            counter("quarantined_frames", unit: "frames", "Frames damaged on disk that were passed over."),
            counter("sweeps", unit: "sweeps", "Sweeps ended, complete or not."),
            counter("synced_deliveries", unit: "deliveries", "Deliveries on stable storage."),
            counter("syncs", unit: "syncs", "Syncs of the mailboxes begun."),
            counter("written_deliveries", unit: "deliveries", "Deliveries that readers can see."),
            .init(
                "statuscast_deliver_held_partitions", .gauge, ["lane"], unit: "partitions", in: here,
                "Partitions that this worker holds the lease of."),
            .init(
                "statuscast_deliver_intake_seconds", .histogram, ["lane"], unit: "seconds", in: here,
                "From a fetched frame to its deliveries' being pending; long where there is no room for more."),
            .init(
                "statuscast_deliver_pending_deliveries", .gauge, ["lane"], unit: "deliveries", in: here,
                "Deliveries taken in and not yet written."),
            .init(
                "statuscast_deliver_staleness_seconds", .gauge, ["lane"], unit: "seconds", in: here,
                "Age of the oldest thing on its way to this lane's mailboxes, in whatever topic it waits."),
            .init(
                "statuscast_deliver_sweep_seconds", .histogram, ["lane"], unit: "seconds", in: here,
                "A sweep: writing what is pending, the sync, the commit."),
            .init(
                "statuscast_deliver_sync_seconds", .histogram, ["lane"], unit: "seconds", in: here,
                "One sync of all mailboxes, whether or not it succeeded."),
            .init(
                "statuscast_deliver_visible_seconds", .histogram, ["lane"], unit: "seconds", in: here,
                "From the id of a status to its record's being in the mailbox file; one sample of up to 32 bundles."),
        ]
    }()
}
