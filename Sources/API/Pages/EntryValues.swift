internal import Peers
internal import StatuscastModel

/// One status as the template `status` wants it.
enum EntryValues {
    static func values(_ fragment: Fragment, _ account: PeerAccount?, site: Site) -> [String: Any] {
        let username = account?.username ?? fragment.authorUsername
        let displayName = account?.displayName ?? fragment.authorDisplayName
        let milliseconds = StatusID(rawValue: fragment.id).unixMilliseconds
        var values: [String: Any] = [
            "id": String(fragment.id), "username": username, "name": displayName.isEmpty ? username : displayName,
            "profile": site.profileURL(username), "url": site.statusURL(username, fragment.id),
            "created": Timestamp.dateTime(unixMilliseconds: milliseconds),
            "shown": shown(milliseconds), "language": fragment.record.language,
            "content": html(fragment, site: site),
        ]
        if !fragment.record.spoiler.isEmpty { values["spoiler"] = fragment.record.spoiler }
        return values
    }

    static func html(_ fragment: Fragment, site: Site) -> String {
        StatusHTML.render(fragment.record.text, mentions: fragment.record.mentions.map(\.username), site: site)
    }

    /// `2026-10-14 19:10 UTC`
    private static func shown(_ unixMilliseconds: UInt64) -> String {
        let written = Timestamp.dateTime(unixMilliseconds: unixMilliseconds)
        return "\(written.prefix(10)) \(written.dropFirst(11).prefix(5)) UTC"
    }
}
