internal import DeadLetters
internal import Foundation
internal import StatuscastModel

/// A held status as it is shown.
struct HeldReport: Encodable, Sendable {
    let entry: String
    let id: String
    let author: String
    let reason: String
    let posted: String
    let visibility: String
    let spoiler: String
    let text: String

    static let columns: [Table.Column] = [
        .left("STATUS"), .left("AUTHOR"), .left("POSTED"), .left("REASON"), .left("TEXT"),
    ]

    /// What cannot be read any more shows with what its entry says.
    init(_ entry: DeadLetterID, _ letter: DeadLetter) {
        self.entry = entry.description
        id = letter.id.map(String.init) ?? ""
        reason = letter.reason
        posted = Date(timeIntervalSince1970: Double(letter.unixMilliseconds) / 1_000).formatted(.iso8601)
        let draft: StatusDraft? =
            if case .post(let draft)? = try? ReceiveEvent(decoding: letter.bytes) { draft } else { nil }
        author = draft?.author.description ?? ""
        visibility = draft?.visibility.name ?? ""
        spoiler = draft?.spoiler ?? ""
        text = draft?.text ?? ""
    }

    var row: [String] { [id, author, posted, reason, String(text.prefix(60))] }

    var lines: [String] {
        var lines = [
            "status: \(id)", "author: \(author)", "posted: \(posted)", "visibility: \(visibility)",
            "reason: \(reason)", "entry: \(entry)",
        ]
        if !spoiler.isEmpty { lines.append("content warning: \(spoiler)") }
        return lines.map { Terminal.harmless($0) } + ["", Terminal.harmless(text, keepingLines: true)]
    }
}
