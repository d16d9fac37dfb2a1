internal import StatuscastModel

/// A notification as the client API shows it.
enum NotificationKind: String, CaseIterable {
    case mention
    case follow
    case favourite
    case reblog
    case followRequest = "follow_request"

    /// Nil for records that are no notification.
    init?(of record: StatusRecord) {
        switch record.kind {
        case .status: self = record.reblogged == nil ? .mention : .reblog
        case .follow: self = .follow
        case .followRequest: self = .followRequest
        case .favourite: self = .favourite
        case .tombstone, .edit: return nil
        }
    }
}

struct NotificationJSON {
    let kind: NotificationKind
    let shown: Shown
    /// What it tells of; nil for follows and requests.
    let status: Shown?

    /// Nil for what is no notification, tells of a status that is gone, or of a thread that the viewer has muted.
    init?(_ shown: Shown) {
        guard let kind = NotificationKind(of: shown.fragment.record) else { return nil }
        self.kind = kind
        self.shown = shown
        status = kind == .mention ? shown : shown.about
        if status == nil, kind != .follow, kind != .followRequest { return nil }
        if status?.view.own.contains(.muted) == true { return nil }
    }

    func write(viewer: AccountID, to json: inout JSONWriter) {
        let id = shown.fragment.id
        json.beginObject()
        json.field("id", id: id)
        json.field("type", kind.rawValue)
        json.field("group_key", "ungrouped-\(id)")
        json.field("created_at", Timestamp.dateTime(unixMilliseconds: EventID(rawValue: id).unixMilliseconds))
        json.key("account")
        json.raw(shown.account)
        if let status {
            json.key("status")
            status.write(viewer: viewer, to: &json)
        }
        json.endObject()
    }
}
