package import StatuscastModel

/// One mailbox record, parsed once, and its JSON with holes for what changes or depends on who looks.
///
/// Immutable and shared: a new version of a status is another fragment with the same id. The holes are the author's
/// account and, for statuses, counts, what the viewer did to it, and what it repeats.
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
    /// The event that made this version; 0: it is the first.
    let version: UInt64
    /// What it repeats, if it is a reblog: made of the same record.
    let reblogged: Fragment?

    init(
        _ record: StatusRecord, authorUsername: String, authorDisplayName: String, site: Site, isHeld: Bool = false,
        version: UInt64 = 0
    ) {
        self.isHeld = isHeld
        self.version = version
        reblogged = record.original.map { original in
            Fragment(
                original, authorUsername: record.reblogged?.username ?? "", authorDisplayName: "", site: site)
        }
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
    /// A reblog answers nothing itself.
    var isReply: Bool { reblogged == nil && record.inReplyTo != nil }

    /// What filters are compared with.
    var folded: FoldedText {
        FoldedText(record.spoiler.isEmpty ? record.text : record.spoiler + "\n" + record.text)
    }

    /// About what it holds in memory.
    var bytes: Int { head.count + middle.count + record.text.utf8.count + 256 + (reblogged?.bytes ?? 0) }

    func mentions(_ account: AccountID) -> Bool { record.mentions.contains { $0.account == account } }

    /// The account to show while the store cannot be asked.
    package func standInAccount(site: Site) -> [UInt8] {
        var json = JSONWriter()
        let account = AccountJSON.stand(in: author, username: authorUsername, displayName: authorDisplayName)
        AccountJSON.write(account, site: site, to: &json)
        return json.bytes
    }

    /// Puts the status together, around `reblog` if it is one. `extra` writes fields behind all others, for answers to
    /// the author alone.
    package func write(
        account: [UInt8], viewer: AccountID?, view: StatusView = StatusView(), reblog: Shown? = nil,
        filtered: [(filter: Filter, keyword: String)] = [], to json: inout JSONWriter,
        extra: (inout JSONWriter) -> Void = { _ in }
    ) {
        json.raw(head)
        json.splice(account, endsValue: true)
        json.splice(middle, endsValue: true)
        json.key("reblog")
        if let reblog { reblog.write(viewer: viewer, to: &json) } else { json.null() }
        json.field("replies_count", count: view.counts.replies)
        json.field("reblogs_count", count: view.counts.reblogs)
        json.field("favourites_count", count: view.counts.favourites)
        if let viewer {
            json.field("favourited", view.own.contains(.favourited))
            json.field("reblogged", view.own.contains(.reblogged))
            json.field("muted", view.own.contains(.muted))
            json.field("bookmarked", view.own.contains(.bookmarked))
            if viewer == author { json.field("pinned", view.own.contains(.pinned)) }
            FilterJSON.writeMatches(filtered, to: &json)
        }
        extra(&json)
        json.endObject()
    }
}
