internal import Mailbox
internal import StatuscastModel

/// A mailbox record as the commands show it; in JSON with these keys.
struct RecordReport: Encodable {
    let id: String
    /// status, follow, follow_request or tombstone.
    let kind: String
    let author: String
    let authorID: String
    let createdAt: String
    let visibility: String
    let spoilerText: String
    let sensitive: Bool
    let language: String
    let inReplyToID: String?
    let mentions: [String]
    let tags: [String]
    /// Of a tombstone: the status that it deletes.
    let targetID: String?
    /// Of a tombstone: the account all of whose statuses it deletes.
    let targetAccountID: String?
    let text: String

    /// Throws where the bytes are no record of this release.
    init(_ bytes: [UInt8]) throws {
        let parsed = try RecordFormat.parse(bytes[...])
        let record = try StatusRecord(id: parsed.id, text: parsed.body) { parsed.header($0) }
        id = String(record.id)
        kind = record.kind.rawValue
        author = Self.username(in: parsed.header("From") ?? "")
        authorID = record.author.description
        createdAt = Moment.text(unixMilliseconds: parsed.unixMilliseconds)
        visibility = record.visibility.name
        spoilerText = record.spoiler
        sensitive = record.sensitive
        language = record.language
        inReplyToID = record.inReplyTo?.description
        mentions = record.mentions.map(\.username)
        tags = record.tags
        targetID = record.target?.description
        targetAccountID = record.targetAccount?.description
        text = record.text
    }

    /// For reading: a line about it, then what it says, indented, made harmless for a terminal.
    var pretty: String {
        var head = "\(createdAt)  @\(author)  \(id)"
        if visibility != Visibility.public.name { head += "  [\(visibility)]" }
        if let inReplyToID { head += "  in reply to \(inReplyToID)" }
        switch kind {
        case StatusRecord.Kind.follow.rawValue: head += "  follows"
        case StatusRecord.Kind.followRequest.rawValue: head += "  asks to follow"
        case StatusRecord.Kind.tombstone.rawValue:
            head += "  deletes " + (targetID ?? targetAccountID.map { "all statuses of account \($0)" } ?? "nothing")
        default: break
        }
        var lines = [Terminal.harmless(head)]
        if !spoilerText.isEmpty { lines.append("    (\(Terminal.harmless(spoilerText)))") }
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
