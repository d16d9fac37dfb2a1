internal import Hummingbird
internal import Peers
internal import Queue
internal import StatuscastModel

/// `/`: what this server is, how it is just now, and its public timeline.
struct HomePage: Sendable {
    let timelines: Timelines
    let health: HealthEndpoints
    let counts: InstanceCounts
    let description: String
    let live: FrontLive
    let site: Site
    let templates: PageTemplates

    func add(to routes: Routes, _ pages: ReadingPages) {
        routes.page("/", answer: pages.answer) { call async throws(ClientError) in
            .html(templates.html("home", try await values(call)))
        }
    }

    private func values(_ call: Call) async throws(ClientError) -> [String: Any] {
        let health = await health.health()
        let rate = counts.postsPerSecond
        let known = await counts.current()
        var values: [String: Any] = [
            "site": site.title, "title": site.title, "canonical": site.origin + "/", "domain": site.domain,
            "description": description, "service": service(health), "lanes": lanes(health.stats ?? []),
        ]
        if live.values.signUp != .closed { values["signUp"] = SignUpPage.path }
        if let known {
            values["users"] = String(known.users)
            values["statuses"] = String(known.statuses)
        }
        if let rate { values["rate"] = HomePage.written(rate) + " statuses a second" }
        // A timeline that cannot be read is no reason to say nothing about the server.
        guard let view = try? await timeline(call) else { return values }
        values["entries"] = view.entries.map { EntryValues.values($0.fragment, $0.account, site: site) }
        if let staleness = view.staleness { values["stale"] = staleness }
        if let older = view.olderThan { values["older"] = "\(site.origin)/?max_id=\(older)" }
        return values
    }

    private func timeline(_ call: Call) async throws(ClientError) -> Timelines.PublicView {
        try await timelines.publicView(of: .public, try PageQuery(call.parameters)) { $0.isForStrangers }
    }

    private func service(_ health: FrontHealth) -> String {
        if !health.reasons.isEmpty { return "Troubled: " + health.reasons.joined(separator: "; ") }
        return health.storeAnswers
            ? "All is well" : "Posting and reading work; accounts cannot be made or changed just now"
    }

    /// How far each lane is behind: the age of the oldest status that it has not delivered.
    private func lanes(_ stats: [TopicStats]) -> [[String: Any]] {
        Lane.all.map { lane in
            let waiting = stats.filter {
                $0.topic == lane.topic && $0.group == Topics.Group.deliver && $0.depthFrames > 0
            }
            let oldest = waiting.map(\.oldestAgeMilliseconds).max() ?? 0
            return ["lane": lane.rawValue, "state": HomePage.state(behindMilliseconds: oldest)]
        }
    }

    /// A mailbox that nobody watches is written within a minute, which is no delay that anybody could see.
    static let sweepMilliseconds: UInt64 = 60_000

    static func state(behindMilliseconds: UInt64) -> String {
        guard behindMilliseconds > sweepMilliseconds else { return "up to date" }
        let seconds = behindMilliseconds / 1000
        return seconds < 120 ? "\(seconds) seconds behind" : "\(seconds / 60) minutes behind"
    }

    static func written(_ rate: Double) -> String {
        if rate >= 10 { return String(Int(rate.rounded())) }
        let tenths = Int((rate * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
