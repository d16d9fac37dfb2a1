internal import Mailbox
internal import SocialGraph
internal import StatuscastModel

extension StatusRecord {
    /// The bytes that lie in mailboxes. The time is the one in the id.
    func rendered(host: String, knowing directory: AuthorDirectory) -> [UInt8] {
        RecordFormat.render(
            id: id, unixMilliseconds: EventID(rawValue: id).unixMilliseconds, host: host,
            from: directory[author]?.username ?? "account-\(author)", subject: subject,
            inReplyTo: (reblogged?.status ?? editOf ?? target ?? inReplyTo)?.rawValue, headers: headers, body: text)
    }

    private var subject: String {
        switch kind {
        case .status, .edit: RecordFormat.subject(ofBody: spoiler.isEmpty ? text : spoiler)
        case .follow: "follows you"
        case .favourite: "likes your status"
        case .followRequest: "asks to follow you"
        case .tombstone: "deleted"
        }
    }
}
