internal import StatuscastModel

/// A notification as the client API shows it.
enum NotificationKind: String, CaseIterable {
    case mention
    case follow
    case followRequest = "follow_request"

    /// Nil for records that are no notification.
    init?(of record: StatusRecord) {
        switch record.kind {
        case .status: self = .mention
        case .follow: self = .follow
        case .followRequest: self = .followRequest
        case .tombstone: return nil
        }
    }
}

enum NotificationJSON {
    static func write(
        _ fragment: Fragment, kind: NotificationKind, account: [UInt8], viewer: AccountID,
        filtered: [(filter: Filter, keyword: String)] = [], to json: inout JSONWriter
    ) {
        json.beginObject()
        json.field("id", id: fragment.id)
        json.field("type", kind.rawValue)
        json.field("group_key", "ungrouped-\(fragment.id)")
        json.field("created_at", Timestamp.dateTime(unixMilliseconds: EventID(rawValue: fragment.id).unixMilliseconds))
        json.key("account")
        json.raw(account)
        if kind == .mention {
            json.key("status")
            fragment.write(account: account, viewer: viewer, filtered: filtered, to: &json)
        }
        json.endObject()
    }
}
