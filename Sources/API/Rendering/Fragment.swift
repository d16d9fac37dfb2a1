package import StatuscastModel

/// One mailbox record, parsed once, and its JSON with holes for what changes or depends on who looks.
///
/// Immutable and shared: what a status says never changes under its id. The holes are the author's account and, for
/// statuses, what the viewer did with it.
package final class Fragment: Sendable {
    let record: StatusRecord
    /// As in the record's `From:` header; used while the author's account cannot be asked for.
    let authorUsername: String
    let authorDisplayName: String
    /// Up to the hole of the account, and from there to the hole of the viewer. Empty for what is not a status.
    private let head: [UInt8]
    private let middle: [UInt8]
    /// It waits for an operator: nobody but its author may see it.
    let isHeld: Bool

    init(
        _ record: StatusRecord, authorUsername: String, authorDisplayName: String, site: Site, isHeld: Bool = false
    ) {
        self.isHeld = isHeld
        self.record = record
        self.authorUsername = authorUsername
        self.authorDisplayName = authorDisplayName
        guard record.kind == .status else {
            head = []
            middle = []
            return
        }
        head = StatusJSON.head(record, username: authorUsername, site: site)
        middle = StatusJSON.middle(record, site: site)
    }

    var id: UInt64 { record.id }
    var author: AccountID { record.author }
    var isReply: Bool { record.inReplyTo != nil }

    /// What filters are compared with.
    var folded: FoldedText {
        FoldedText(record.spoiler.isEmpty ? record.text : record.spoiler + "\n" + record.text)
    }

    /// About what it holds in memory.
    var bytes: Int { head.count + middle.count + record.text.utf8.count + 256 }

    func mentions(_ account: AccountID) -> Bool { record.mentions.contains { $0.account == account } }

    /// The account to show while the store cannot be asked.
    package func standInAccount(site: Site) -> [UInt8] {
        var json = JSONWriter()
        let account = AccountJSON.stand(in: author, username: authorUsername, displayName: authorDisplayName)
        AccountJSON.write(account, site: site, to: &json)
        return json.bytes
    }

    /// Puts the status together. `extra` writes fields behind all others, for answers to the author alone.
    package func write(
        account: [UInt8], viewer: AccountID?, repliesCount: UInt32 = 0,
        filtered: [(filter: Filter, keyword: String)] = [], to json: inout JSONWriter,
        extra: (inout JSONWriter) -> Void = { _ in }
    ) {
        json.raw(head)
        json.splice(account, endsValue: true)
        json.splice(middle, endsValue: true)
        json.field("replies_count", count: repliesCount)
        if let viewer {
            json.field("favourited", false)
            json.field("reblogged", false)
            json.field("muted", false)
            json.field("bookmarked", false)
            if viewer == author { json.field("pinned", false) }
            FilterJSON.writeMatches(filtered, to: &json)
        }
        extra(&json)
        json.endObject()
    }
}
