internal import Metrics
internal import Queue
internal import StatuscastModel

/// What a process sees of the queue, asked at a scrape: which nodes answer, and how long the oldest thing has been on its
/// way to the mailboxes of a lane.
struct QueueClientGauges: Sendable {
    static let deadlineMilliseconds = 1_000

    let queue: any Queue
    /// The nodes that there should be.
    let nodes: @Sendable () -> [String]
    let lanes: [Lane]

    func collect() async {
        let rows = await rows()
        let answering = Set((rows ?? []).map(\.node))
        for node in nodes() {
            Meter(label: "statuscast_queue_node_answers", dimensions: [("node", node)])
                .set(answering.contains(node) ? 1.0 : 0.0)
        }
        // What is not known stays as it was: an age of 0 would say that all is well.
        guard let rows else { return }
        for lane in lanes {
            let oldest = rows.filter { Self.lies($0, on: lane) }.map(\.oldestAgeMilliseconds).max() ?? 0
            Meter(label: "statuscast_deliver_staleness_seconds", dimensions: [("lane", lane.rawValue)])
                .set(Double(oldest) / 1_000)
        }
    }

    /// Whether what waits there is yet to come into a mailbox of the lane.
    static func lies(_ row: TopicStats, on lane: Lane) -> Bool {
        switch row.topic {
        case lane.topic: true
        case Topics.accepted: row.group == Topics.Group.spread(lane)
        case Topics.receivePriority: lane == .priority
        case Topics.receive: lane != .priority
        default: false
        }
    }

    private func rows() async -> [TopicStats]? {
        await withTaskGroup(of: [TopicStats]?.self) { group in
            group.addTask { try? await queue.stats() }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(Self.deadlineMilliseconds))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
