internal import StatuscastModel

/// The parts of a status's JSON that are the same for every viewer.
enum StatusJSON {
    /// From the opening brace to `"account":`.
    static func head(_ record: StatusRecord, username: String, site: Site) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("id", id: record.id)
        json.field("created_at", Timestamp.dateTime(unixMilliseconds: StatusID(rawValue: record.id).unixMilliseconds))
        json.field("in_reply_to_id", id: record.reblogged == nil ? record.inReplyTo?.rawValue : nil)
        json.field("in_reply_to_account_id", id: record.reblogged == nil ? record.inReplyToAccount?.rawValue : nil)
        json.field("sensitive", record.sensitive)
        json.field("spoiler_text", record.spoiler)
        json.field("visibility", record.visibility.name)
        json.key("language")
        if record.language.isEmpty { json.null() } else { json.text(record.language) }
        json.field("uri", site.statusURI(username, record.id))
        json.field("url", site.statusURL(username, record.id))
        json.key("account")
        return json.bytes
    }

    /// From behind the account to before what depends on the viewer.
    static func middle(_ record: StatusRecord, site: Site) -> [UInt8] {
        var json = JSONWriter()
        // A comma belongs before the first field: the account stands in front of it.
        json.splice([], endsValue: true)
        json.field("content", StatusHTML.render(record.text, mentions: record.mentions.map(\.username), site: site))
        json.timeField("edited_at", unixMilliseconds: record.editedUnixMilliseconds)
        json.nullField("card")
        json.nullField("poll")
        json.key("application")
        writeApplication(record, to: &json)
        json.emptyArrayField("media_attachments")
        json.key("mentions")
        writeMentions(record.mentions, site: site, to: &json)
        json.key("tags")
        writeTags(record.tags, site: site, to: &json)
        json.emptyArrayField("emojis")
        json.field("quotes_count", count: 0)
        return json.bytes
    }

    /// One version in a history.
    static func writeVersion(_ record: StatusRecord, account: [UInt8], site: Site, to json: inout JSONWriter) {
        let edited = record.editedUnixMilliseconds
        json.beginObject()
        json.field("content", StatusHTML.render(record.text, mentions: record.mentions.map(\.username), site: site))
        json.field("spoiler_text", record.spoiler)
        json.field("sensitive", record.sensitive)
        json.timeField(
            "created_at", unixMilliseconds: edited == 0 ? StatusID(rawValue: record.id).unixMilliseconds : edited)
        json.key("account")
        json.raw(account)
        json.emptyArrayField("media_attachments")
        json.emptyArrayField("emojis")
        json.endObject()
    }

    /// Nothing for what was written before programs were kept, or by an operator.
    private static func writeApplication(_ record: StatusRecord, to json: inout JSONWriter) {
        guard !record.applicationName.isEmpty else { return json.null() }
        json.beginObject()
        json.field("name", record.applicationName)
        if record.applicationWebsite.isEmpty {
            json.nullField("website")
        } else {
            json.field("website", record.applicationWebsite)
        }
        json.endObject()
    }

    private static func writeMentions(_ mentions: [StatusRecord.Mention], site: Site, to json: inout JSONWriter) {
        json.beginArray()
        for mention in mentions {
            json.beginObject()
            json.field("id", id: mention.account.rawValue)
            json.field("username", mention.username)
            json.field("acct", mention.username)
            json.field("url", site.profileURL(mention.username))
            json.endObject()
        }
        json.endArray()
    }

    private static func writeTags(_ tags: [String], site: Site, to json: inout JSONWriter) {
        json.beginArray()
        for tag in tags {
            json.beginObject()
            json.field("name", tag)
            json.field("url", site.tagURL(tag))
            json.endObject()
        }
        json.endArray()
    }
}
