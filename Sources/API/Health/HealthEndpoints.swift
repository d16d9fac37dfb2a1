internal import Hummingbird
internal import Peers
internal import Queue
internal import StatuscastModel

/// For operators: `/health/live`, `/health/ready`, `/metrics`, and a word for whoever looks at `/`.
struct HealthEndpoints: Sendable {
    let queue: any Queue
    let tombstones: TombstoneTail
    let store: StoreAccess
    let site: Site
    let metricsText: @Sendable () -> String

    static let deadlineMilliseconds = 1_000

    func add(to routes: Routes) {
        routes.get("/") { _ throws(ClientError) in
            .text("\(site.title) speaks the Mastodon client API. Point a client at \(site.origin)\n")
        }
        routes.get("/health") { _ throws(ClientError) in .text("OK") }
        routes.get("/health/live") { _ throws(ClientError) in
            .json { json in
                json.beginObject()
                json.field("status", "alive")
                json.endObject()
            }
        }
        routes.get("/health/ready") { _ throws(ClientError) in await ready() }
        routes.get("/metrics") { _ throws(ClientError) in
            .text(metricsText(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    /// Ready means: statuses can be taken and timelines read. A store that is away is told, but is no reason.
    private func ready() async -> Response {
        var reasons: [String] = []
        if !tombstones.isLoaded { reasons.append("the list of deletes is not loaded yet") }
        let stats = await queueStats()
        if stats == nil { reasons.append("the queue does not answer") }
        let storeAnswers =
            await store.askBriefly {
                (store) throws(PeerError) in try await store.instanceCounts()
            } != nil
        return .json(status: reasons.isEmpty ? .ok : .serviceUnavailable) { json in
            json.beginObject()
            json.field("ready", reasons.isEmpty)
            json.list("reasons", reasons)
            json.field("store", storeAnswers ? "answers" : "away")
            json.key("staleness")
            json.beginArray()
            for topic in stats ?? [] where topic.depthFrames > 0 && topic.group != Topics.Group.lookups {
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

    /// Nil where no node answers in time.
    private func queueStats() async -> [TopicStats]? {
        let queue = queue
        return await withTaskGroup(of: [TopicStats]?.self) { group in
            group.addTask { try? await queue.stats() }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(HealthEndpoints.deadlineMilliseconds))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
