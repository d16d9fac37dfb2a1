internal import Mailbox
internal import StatuscastModel

/// A mailbox record as the commands show it; in JSON with these keys.
struct RecordReport: Encodable {
    let id: String
    /// status, follow or tombstone.
    let kind: String
    let author: String
    let author_id: String
    let created_at: String
    let visibility: String
    let spoiler_text: String
    let sensitive: Bool
    let language: String
    let in_reply_to_id: String?
    let mentions: [String]
    let tags: [String]
    /// Of a tombstone: the status that it deletes.
    let target_id: String?
    /// Of a tombstone: the account all of whose statuses it deletes.
    let target_account_id: String?
    let text: String

    /// Throws where the bytes are no record of this release.
    init(_ bytes: [UInt8]) throws {
        let parsed = try RecordFormat.parse(bytes[...])
        let record = try StatusRecord(id: parsed.id, text: parsed.body) { parsed.header($0) }
        id = String(record.id)
        kind = record.kind.rawValue
        author = Self.username(in: parsed.header("From") ?? "")
        author_id = record.author.description
        created_at = Moment.text(unixMilliseconds: parsed.unixMilliseconds)
        visibility = record.visibility.name
        spoiler_text = record.spoiler
        sensitive = record.sensitive
        language = record.language
        in_reply_to_id = record.inReplyTo?.description
        mentions = record.mentions.map(\.username)
        tags = record.tags
        target_id = record.target?.description
        target_account_id = record.targetAccount?.description
        text = record.text
    }

    /// For reading: a line about it, then what it says, indented, made harmless for a terminal.
    var pretty: String {
        var head = "\(created_at)  @\(author)  \(id)"
        if visibility != Visibility.public.name { head += "  [\(visibility)]" }
        if let in_reply_to_id { head += "  in reply to \(in_reply_to_id)" }
        switch kind {
        case StatusRecord.Kind.follow.rawValue: head += "  follows"
        case StatusRecord.Kind.tombstone.rawValue:
            head += "  deletes " + (target_id ?? target_account_id.map { "all statuses of account \($0)" } ?? "nothing")
        default: break
        }
        var lines = [Terminal.harmless(head)]
        if !spoiler_text.isEmpty { lines.append("    (\(Terminal.harmless(spoiler_text)))") }
        lines += Terminal.harmless(text, keepingLines: true).split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "    \($0)" }
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    /// `name <name@host>`
    private static func username(in from: String) -> String {
        guard let open = from.lastIndex(of: "<") else { return from }
        return String(from[from.index(after: open)...].prefix { $0 != "@" && $0 != ">" })
    }
}
