internal import Hummingbird
internal import Peers
internal import Queue
internal import StatuscastModel
internal import Synchronization
internal import SystemClock

/// For operators: `/health/live`, `/health/ready`, `/metrics`.
final class HealthEndpoints: Sendable {
    /// What was found out of the others, once for all who ask within a moment.
    private struct Probe: Sendable {
        /// Nil where no node answers in time.
        var stats: [TopicStats]?
        var storeAnswers: Bool
    }

    static let deadlineMilliseconds = 1_000
    static let freshMilliseconds: UInt64 = 1_000
    static let paths = ["/health", "/health/live", "/health/ready", "/metrics"]

    private let queue: any Queue
    private let tombstones: Tombstones
    private let store: StoreAccess
    private let metricsText: @Sendable () -> String
    private let live: FrontLive
    private let last = Mutex<(probe: Task<Probe, Never>, startedMilliseconds: UInt64)?>(nil)

    init(
        queue: any Queue, tombstones: Tombstones, store: StoreAccess, live: FrontLive,
        metricsText: @escaping @Sendable () -> String
    ) {
        self.live = live
        self.queue = queue
        self.tombstones = tombstones
        self.store = store
        self.metricsText = metricsText
    }

    func add(to routes: Routes) {
        routes.get("/health") { _ throws(ClientError) in .text("OK") }
        routes.get("/health/live") { _ throws(ClientError) in
            .json { json in
                json.beginObject()
                json.field("status", "alive")
                json.endObject()
            }
        }
        routes.get("/health/ready") { [self] _ throws(ClientError) in await ready() }
        routes.get("/metrics") { [metricsText, live] _ throws(ClientError) in
            guard live.values.publicMetrics else { throw .unknownRoute }
            return .text(metricsText(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    /// Ready means: statuses can be taken and timelines read. A store that is away is told, but is no reason.
    func health() async -> FrontHealth {
        var reasons: [String] = []
        if !tombstones.isLoaded { reasons.append("the list of deletes is not loaded yet") }
        let probe = await currentProbe()
        if probe.stats == nil { reasons.append("the queue does not answer") }
        return FrontHealth(reasons: reasons, storeAnswers: probe.storeAnswers, stats: probe.stats)
    }

    private func ready() async -> Response {
        let health = await health()
        return .json(status: health.reasons.isEmpty ? .ok : .serviceUnavailable) { json in
            json.beginObject()
            json.field("ready", health.reasons.isEmpty)
            json.list("reasons", health.reasons)
            json.field("store", health.storeAnswers ? "answers" : "away")
            json.key("staleness")
            json.beginArray()
            for topic in health.stats ?? [] where topic.depthFrames > 0 && topic.group != Topics.Group.lookups {
                json.beginObject()
                json.field("topic", topic.topic)
                json.field("group", topic.group)
                json.field("node", topic.node)
                json.field("frames", count: topic.depthFrames)
                json.field("oldest_milliseconds", count: topic.oldestAgeMilliseconds)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
    }

    /// The last one while it is fresh, also while it is still under way.
    private func currentProbe() async -> Probe {
        let now = MonotonicClock.milliseconds()
        let task = last.withLock { last in
            if let last, now < last.startedMilliseconds + HealthEndpoints.freshMilliseconds { return last.probe }
            let task = Task { [queue, store] in await HealthEndpoints.probe(queue, store) }
            last = (task, now)
            return task
        }
        return await task.value
    }

    private static func probe(_ queue: any Queue, _ store: StoreAccess) async -> Probe {
        let stats = try? await within(milliseconds: deadlineMilliseconds) { () throws(PeerError) in
            do { return try await queue.stats() } catch { throw PeerError(.unavailable, "\(error)") }
        }
        let counts = await store.askBriefly { (store) throws(PeerError) in try await store.instanceCounts() }
        return Probe(stats: stats, storeAnswers: counts != nil)
    }
}
