public import StatuscastModel

/// What lies between the front and the mailboxes, and the store.
extension Keys {
    public static let receiveBulkFollowers = Key(
        "receive.bulk_followers", .integer(0...1_000_000_000), 10_000, readers: [.receive, .up],
        "Statuses of authors with more followers travel in the bulk lane.")

    public static let storeJournal = Key(
        "store.journal", .choice(["wal", "rollback"]), "wal", readers: [.store, .up],
        "wal on a local disk; rollback where DATA/store lies on a mount that several machines share.")

    public static let deliverLane = Key(
        "deliver.lane", Kind.lane.optional(), nil, flag: "--lane", sample: "normal", readers: [.deliver],
        "The lane that a delivery worker serves. Of one process: set it on its command line or in its environment.")

    public static let deliverSweepInterval = Key(
        "deliver.sweep_interval", sweepInterval, 15_000, readers: [.deliver, .up], isReloadable: true,
        "The longest that a delivery waits for being written to a mailbox that nobody watches.")

    public static let deliverPendingMemory = Key(
        "deliver.pending_memory", pendingMemory, 256 << 20, readers: [.deliver, .up],
        "Memory for statuses that wait to be written, by lane; a sweep starts at half of it.")

    public static let deliverPendingMax = Key(
        "deliver.pending_max", .integer(1_000...1_000_000_000), 4_000_000, readers: [.deliver, .up],
        "Deliveries that wait to be written, by lane, about 16 bytes each; a sweep starts at half of them.")

    public static let deliverWriterThreads = Key(
        "deliver.writer_threads", .integer(1...64), 2, readers: [.deliver, .up],
        "Threads that write mailboxes. More help where the shared filesystem is slow to answer.")

    public static let deliverWatchedMailboxes = Key(
        "deliver.watched_mailboxes", .integer(100...10_000_000), 100_000, readers: [.deliver, .up],
        "Mailboxes that one front may watch at a worker.")

    /// For one lane; nil means as for all.
    public static func deliverSweepInterval(_ lane: Lane) -> Key<Int?> {
        Key(
            "deliver.\(lane).sweep_interval", sweepInterval.optional(), nil, sample: "15s",
            readers: [.deliver, .up], isReloadable: true, "Of the lane \(lane); as deliver.sweep_interval by default.")
    }

    /// For one lane; nil means as for all.
    public static func deliverPendingMemory(_ lane: Lane) -> Key<Int?> {
        Key(
            "deliver.\(lane).pending_memory", pendingMemory.optional(), nil, sample: "256MiB",
            readers: [.deliver, .up], "Of the lane \(lane); as deliver.pending_memory by default.")
    }

    private static var sweepInterval: Kind<Int> { .duration(100...60_000) }
    private static var pendingMemory: Kind<Int> { .size(1 << 20...1 << 40) }

    static let receive = [receiveBulkFollowers.setting]
    static let store = [storeJournal.setting]
    static let deliver =
        [
            deliverLane.setting, deliverSweepInterval.setting, deliverPendingMemory.setting, deliverPendingMax.setting,
            deliverWriterThreads.setting, deliverWatchedMailboxes.setting,
        ] + Lane.all.flatMap { [deliverSweepInterval($0).setting, deliverPendingMemory($0).setting] }
}

extension Kind where Value == Lane {
    static var lane: Kind {
        let names = Lane.all.map(\.rawValue).joined(separator: ", ")
        return Kind(
            names, parse: { text in Lane.all.first { $0.rawValue == text } }, text: \.rawValue)
    }
}
