internal import Hummingbird
internal import StatuscastModel

/// `/api/v1/notifications`
struct NotificationEndpoints: Sendable {
    let timelines: Timelines

    static let defaultLimit = 40
    static let highestLimit = 80

    func add(to routes: Routes) {
        routes.get("/api/v1/notifications", .person(.readNotifications)) { call async throws(ClientError) in
            try await list(call)
        }
    }

    /// What the parameters want of the notifications.
    static func filter(_ parameters: RequestParameters) -> @Sendable (Fragment) -> Bool {
        let wanted = parameters.list("types")
        let excluded = parameters.list("exclude_types")
        let author = parameters.text("account_id")
        return { fragment in
            guard let kind = NotificationKind(of: fragment.record)?.rawValue else { return false }
            if let author, fragment.author.description != author { return false }
            return (wanted.isEmpty || wanted.contains(kind)) && !excluded.contains(kind)
        }
    }

    private func list(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let query = try PageQuery(
            call.parameters, defaultLimit: NotificationEndpoints.defaultLimit,
            highestLimit: NotificationEndpoints.highestLimit)
        return .page(
            try await timelines.page(
                Timelines.Request(
                    address: .notifications(person), query: query, path: call.path, parameters: call.parameters,
                    viewer: person, key: call.pageKey, route: call.route, scope: .readNotifications,
                    place: .notifications,
                    keep: NotificationEndpoints.filter(call.parameters),
                    write: { NotificationJSON($0)?.write(viewer: person, to: &$1) })))
    }
}
