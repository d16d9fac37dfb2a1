internal import Peers
internal import StatuscastModel

/// An account as the client API shows it.
enum AccountJSON {
    /// `source` adds what only the account's owner sees (CredentialAccount).
    static func write(_ account: PeerAccount, site: Site, source: Bool = false, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id: account.id)
        json.field("username", account.username)
        json.field("acct", account.username)
        json.field("display_name", account.suspended ? "" : account.displayName)
        json.field("locked", account.locked)
        json.field("bot", account.bot)
        json.field("group", false)
        json.field("discoverable", true)
        json.field("indexable", false)
        json.field("created_at", Timestamp.midnight(unixMilliseconds: account.createdUnixMilliseconds))
        json.field("note", StatusHTML.render(account.suspended ? "" : account.note, mentions: [], site: site))
        json.field("url", site.profileURL(account.username))
        json.field("uri", site.profileURI(account.username))
        json.field("avatar", site.avatarURL)
        json.field("avatar_static", site.avatarURL)
        json.field("header", site.headerURL)
        json.field("header_static", site.headerURL)
        json.field("followers_count", count: account.followersCount)
        json.field("following_count", count: account.followingCount)
        json.field("statuses_count", count: account.statusesCount)
        json.key("last_status_at")
        if account.lastStatusUnixMilliseconds > 0 {
            json.text(Timestamp.date(unixMilliseconds: account.lastStatusUnixMilliseconds))
        } else {
            json.null()
        }
        json.field("hide_collections", false)
        if account.suspended { json.field("suspended", true) }
        if account.silenced { json.field("limited", true) }
        json.emptyArrayField("emojis")
        json.emptyArrayField("fields")
        json.emptyArrayField("roles")
        if source { writeSource(account, to: &json) }
        json.endObject()
    }

    private static func writeSource(_ account: PeerAccount, to json: inout JSONWriter) {
        json.object("source") { json in
            json.field("privacy", Visibility.public.name)
            json.field("sensitive", false)
            json.nullField("language")
            json.field("note", account.note)
            json.emptyArrayField("fields")
            json.field("follow_requests_count", count: 0)
            json.field("hide_collections", false)
            json.field("discoverable", true)
            json.field("indexable", false)
            json.emptyArrayField("attribution_domains")
        }
        json.object("role") { json in
            json.field("id", "-99")
            json.field("name", "")
            json.field("color", "")
            json.field("permissions", "0")
            json.field("highlighted", false)
        }
    }

    /// What can be said of an account that cannot be asked for just now: what its own record says of it.
    static func stand(in id: AccountID, username: String, displayName: String) -> PeerAccount {
        var account = PeerAccount()
        account.id = id.rawValue
        account.username = username
        account.displayName = displayName
        account.createdUnixMilliseconds = id.unixMilliseconds
        return account
    }
}
