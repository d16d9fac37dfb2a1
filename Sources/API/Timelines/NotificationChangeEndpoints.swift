internal import Hummingbird
internal import StatuscastModel

/// Single notifications, and putting them away: what is put away is a fact of its owner, the mailbox stays as it is.
struct NotificationChangeEndpoints: Sendable {
    let timelines: Timelines
    let personal: PersonalFacts

    static let countLimit = 100
    static let highestCountLimit = 1_000

    func add(to routes: Routes) {
        routes.get("/api/v1/notifications/:id", .person(.readNotifications)) { call async throws(ClientError) in
            try await show(call)
        }
        for path in ["/api/v1/notifications/unread_count", "/api/v2/notifications/unread_count"] {
            routes.get(path, .person(.readNotifications)) { call async throws(ClientError) in
                try await unreadCount(call)
            }
        }
        routes.post("/api/v1/notifications/:id/dismiss", .person(.writeNotifications)) {
            call async throws(ClientError) in
            let fragment = try await one(call)
            try await dismiss(fragment.id, isUpTo: false, call)
            return .json(Array("{}".utf8))
        }
        routes.post("/api/v1/notifications/clear", .person(.writeNotifications)) { call async throws(ClientError) in
            // Up to what there is now: what is still on its way will show.
            if let newest = try await gathered(PageQuery(limit: 1), call).fragments.first {
                try await dismiss(newest.id, isUpTo: true, call)
            }
            return .json(Array("{}".utf8))
        }
    }

    private func dismiss(_ id: UInt64, isUpTo: Bool, _ call: Call) async throws(ClientError) {
        try await personal.keep(
            .notificationsDismissed(
                NotificationDismissal(owner: try call.person(), notification: id, isUpTo: isUpTo)))
    }

    private func show(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let id: EventID = try call.id("id")
        let found = try await gathered(PageQuery(maxID: id.rawValue + 1, limit: 1), call)
        let shown = await timelines.composed(
            found.fragments.filter { $0.id == id.rawValue }, found.rules, for: person, in: .notifications,
            at: .notifications(person))
        guard let notification = shown.compactMap(NotificationJSON.init).first else { throw .notFound }
        return .json { notification.write(viewer: person, to: &$0) }
    }

    private func one(_ call: Call) async throws(ClientError) -> Fragment {
        let id: EventID = try call.id("id")
        let found = try await gathered(PageQuery(maxID: id.rawValue + 1, limit: 1), call)
        guard let fragment = found.fragments.first, fragment.id == id.rawValue else { throw .notFound }
        return fragment
    }

    /// Above the marker, as far as is asked for.
    private func unreadCount(_ call: Call) async throws(ClientError) -> Response {
        let asked = call.parameters.integer("limit") ?? NotificationChangeEndpoints.countLimit
        let limit = min(max(asked, 1), NotificationChangeEndpoints.highestCountLimit)
        var query = PageQuery(limit: limit)
        if case .markerSet(let marker)? = try await personal.one(.markers, "notifications", of: try call.person())?.fact
        {
            query.sinceID = marker.lastRead
        }
        let count = try await gathered(query, call).fragments.count
        return .json { json in
            json.beginObject()
            json.field("count", count: count)
            json.endObject()
        }
    }

    private func gathered(_ query: PageQuery, _ call: Call) async throws(ClientError) -> Timelines.Gathered {
        try await timelines.gathered([.notifications(try call.person())], query, call, .notifications) {
            NotificationKind(of: $0.record) != nil
        }
    }
}
