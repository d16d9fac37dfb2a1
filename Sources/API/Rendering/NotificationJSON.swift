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

enum NotificationJSON {
    /// Nothing for what tells of a status that is gone, or of a thread that the viewer has muted.
    static func write(_ shown: Shown, viewer: AccountID, to json: inout JSONWriter) {
        guard let kind = NotificationKind(of: shown.fragment.record) else { return }
        let status = kind == .mention ? shown : shown.about
        if status == nil, kind != .follow, kind != .followRequest { return }
        if status?.view.own.contains(.muted) == true { return }
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
