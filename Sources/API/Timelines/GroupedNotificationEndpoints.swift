internal import Hummingbird
internal import StatuscastModel

/// `/api/v2/notifications`, in the form of groups; each notification is a group of its own.
struct GroupedNotificationEndpoints: Sendable {
    let timelines: Timelines
    let site: Site

    func add(to routes: Routes) {
        routes.get("/api/v2/notifications", .person(.readNotifications)) { call async throws(ClientError) in
            try await list(call)
        }
        // Nobody's notifications are held back.
        routes.get("/api/v2/notifications/policy", .person(.readNotifications)) { _ throws(ClientError) in
            .json(Array(GroupedNotificationEndpoints.policy.utf8))
        }
        routes.get("/api/v1/notifications/requests", .person(.readNotifications)) { _ throws(ClientError) in
            .json(Array("[]".utf8))
        }
    }

    private static let policy = """
        {"for_not_following":"accept","for_not_followers":"accept","for_new_accounts":"accept",\
        "for_private_mentions":"accept","for_limited_accounts":"accept",\
        "summary":{"pending_requests_count":0,"pending_notifications_count":0}}
        """

    private func list(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let query = try PageQuery(
            call.parameters, defaultLimit: NotificationEndpoints.defaultLimit,
            highestLimit: NotificationEndpoints.highestLimit)
        let found = try await timelines.gathered(
            [.notifications(person)], query, call, .notifications,
            keep: NotificationEndpoints.filter(call.parameters))
        let notifications = await timelines.composed(
            found.fragments, found.rules, for: person, in: .notifications, at: .notifications(person)
        ).compactMap(NotificationJSON.init)
        let statuses = notifications.compactMap(\.status).reduce(into: [:]) { $0[$1.fragment.id] = $1 }
        let accounts = notifications.reduce(into: [:]) { $0[$1.shown.fragment.author] = $1.shown.account }
        var response = Response.json { json in
            json.beginObject()
            json.key("accounts")
            json.beginArray()
            for account in accounts.sorted(by: { $0.key < $1.key }).map(\.value) { json.raw(account) }
            json.endArray()
            json.key("statuses")
            json.beginArray()
            for status in statuses.sorted(by: { $0.key > $1.key }).map(\.value) {
                status.write(viewer: person, to: &json)
            }
            json.endArray()
            json.key("notification_groups")
            json.beginArray()
            for notification in notifications { writeGroup(of: notification, to: &json) }
            json.endArray()
            json.endObject()
        }
        response.headers[.link] = LinkHeader.value(
            site: site, path: call.path, parameters: call.parameters, ids: found.range)
        return response
    }

    private func writeGroup(of notification: NotificationJSON, to json: inout JSONWriter) {
        let fragment = notification.shown.fragment
        json.beginObject()
        json.field("group_key", "ungrouped-\(fragment.id)")
        json.field("notifications_count", count: 1)
        json.field("type", notification.kind.rawValue)
        json.field("most_recent_notification_id", id: fragment.id)
        json.field("page_min_id", id: fragment.id)
        json.field("page_max_id", id: fragment.id)
        json.field(
            "latest_page_notification_at",
            Timestamp.dateTime(unixMilliseconds: EventID(rawValue: fragment.id).unixMilliseconds))
        json.list("sample_account_ids", [fragment.author.description])
        if let status = notification.status { json.field("status_id", id: status.fragment.id) }
        json.endObject()
    }
}
