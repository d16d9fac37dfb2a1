internal import Peers
internal import StatuscastModel

/// An account as the client API shows it.
enum AccountJSON {
    /// The account with what only its owner sees (CredentialAccount).
    static func write(own: PeerOwnAccount, site: Site, to json: inout JSONWriter) {
        write(own.account, site: site, source: own, to: &json)
    }

    static func write(_ account: PeerAccount, site: Site, to json: inout JSONWriter) {
        write(account, site: site, source: nil, to: &json)
    }

    private static func write(_ account: PeerAccount, site: Site, source: PeerOwnAccount?, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id: account.id)
        json.field("username", account.username)
        json.field("acct", account.username)
        json.field("display_name", account.suspended ? "" : account.displayName)
        json.field("locked", account.locked)
        json.field("bot", account.bot)
        json.field("group", false)
        json.field("discoverable", !account.undiscoverable)
        json.field("indexable", account.indexable)
        json.field("created_at", Timestamp.midnight(unixMilliseconds: account.createdUnixMilliseconds))
        json.field("note", StatusHTML.render(account.suspended ? "" : account.note, mentions: [], site: site))
        json.field("url", site.profileURL(account.username))
        json.field("uri", site.profileURI(account.username))
        let avatar = site.pictureURL(.avatar, account.suspended ? "" : account.avatar, of: account.id)
        json.field("avatar", avatar)
        json.field("avatar_static", avatar)
        let header = site.pictureURL(.header, account.suspended ? "" : account.header, of: account.id)
        json.field("header", header)
        json.field("header_static", header)
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
        json.key("fields")
        writeLinks(account.suspended ? [] : account.links, to: &json) { StatusHTML.line($0, site: site) }
        json.emptyArrayField("roles")
        if let source { writeSource(source, to: &json) }
        json.endObject()
    }

    private static func writeLinks(
        _ links: [PeerProfileLink], to json: inout JSONWriter, value: (String) -> String
    ) {
        json.beginArray()
        for link in links {
            json.beginObject()
            json.field("name", link.name)
            json.field("value", value(link.value))
            json.nullField("verified_at")
            json.endObject()
        }
        json.endArray()
    }

    private static func writeSource(_ own: PeerOwnAccount, to json: inout JSONWriter) {
        let account = own.account
        json.object("source") { json in
            json.field("privacy", account.postingVisibility.name)
            json.field("sensitive", account.sensitive)
            json.key("language")
            if account.language.isEmpty { json.null() } else { json.text(account.language) }
            json.field("note", account.note)
            json.key("fields")
            writeLinks(account.links, to: &json) { $0 }
            json.field("follow_requests_count", count: own.followRequestsCount)
            json.field("hide_collections", false)
            json.field("discoverable", !account.undiscoverable)
            json.field("indexable", account.indexable)
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

extension PeerAccount {
    /// Of statuses that do not say.
    var postingVisibility: Visibility { Visibility(name: privacy) ?? .public }
    var postingDefaults: PostedStatus.Defaults {
        .init(visibility: postingVisibility, sensitive: sensitive, language: language)
    }
}
