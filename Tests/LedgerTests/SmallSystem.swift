import Foundation
import Mailbox

@testable import Ledger

/// A world of four, a ledger and mailboxes as a system without faults leaves them: 1 and 2 follow 0, 3 follows 1, nobody follows 3.
final class SmallSystem {
    static let ids: [UInt64] = [1_000, 1_001, 1_002, 1_003]
    static let following: [UInt32: [UInt32]] = [1: [0], 2: [0], 3: [1]]
    /// Unix milliseconds of the first post.
    static let start: UInt64 = 1_700_000_000_000

    let folder: Folder
    private(set) var records: [LedgerRecord] = []
    private var mailboxes: [String: [[UInt8]]] = [:]

    init() throws { folder = try Folder() }

    func id(_ number: Int) -> UInt64 { (Self.start + UInt64(number)) << 16 }
    func text(_ number: Int) -> String { "status \(number)\n\nFrom here on\n>From there\n" }

    func ledger(
        _ kind: LedgerRecord.Kind, _ outcome: LedgerRecord.Outcome = .acknowledged, account: Int, subject: UInt64,
        number: Int, repliedTo: Int? = nil, reblogOf: Int? = nil
    ) {
        let begun = (Self.start + UInt64(number)) * 1_000
        records.append(
            LedgerRecord(
                kind: kind, outcome: outcome, account: Self.ids[account], subject: subject, begun: begun,
                ended: begun + 500,
                text: kind == .post || kind == .reblog ? TextHash.of(text(reblogOf ?? number).utf8) : 0,
                parent: reblogOf.map(id) ?? (repliedTo == nil ? 0 : 1), repliedTo: repliedTo.map { Self.ids[$0] } ?? 0))
    }

    /// A record in a mailbox: `account-1000/home`, `public/public`, `tombstones/tombstones`.
    func deliver(
        _ number: Int, by author: Int, to box: String, id: UInt64? = nil, text: String? = nil, deletes: UInt64? = nil,
        reblogOf: Int? = nil
    ) {
        var headers = [
            ("X-Statuscast-Kind", deletes == nil ? "status" : "tombstone"),
            ("X-Statuscast-Author", String(Self.ids[author])), ("X-Statuscast-Visibility", "public"),
        ]
        if let reblogOf { headers.append(("X-Statuscast-Reblog-Of", String(self.id(reblogOf)))) }
        if let deletes { headers.append(("X-Statuscast-Target", String(deletes))) }
        mailboxes[box, default: []].append(
            RecordFormat.render(
                id: id ?? self.id(number), unixMilliseconds: Self.start, host: "example.org", from: "somebody",
                subject: "status", inReplyTo: nil, headers: headers.map { (name: $0.0, value: $0.1) },
                body: text ?? (deletes == nil ? self.text(reblogOf ?? number) : "")))
    }

    /// A post of account 0, in the ledger and in all mailboxes of it but `except`.
    func post(_ number: Int, except: String? = nil) {
        ledger(.post, account: 0, subject: id(number), number: number)
        for box in Self.boxes where box != except { deliver(number, by: 0, to: box) }
    }

    /// Account 1, whom 3 follows from the start, repeats a post of account 0.
    func reblog(_ number: Int, of original: Int, except: String? = nil) {
        ledger(.reblog, account: 1, subject: id(number), number: number, repliedTo: 0, reblogOf: original)
        for box in Self.reblogBoxes where box != except { deliver(number, by: 1, to: box, reblogOf: original) }
    }

    static let reblogBoxes = [
        "account-1001/home", "account-1001/outbox", "account-1003/home", "account-1000/notifications",
    ]

    static let boxes = [
        "account-1000/home", "account-1000/outbox", "account-1001/home", "account-1002/home", "public/public",
    ]

    var bytes: [String: [UInt8]] { mailboxes.mapValues { Array($0.joined()) } }

    /// Writes everything down and verifies; `change` may damage a mailbox's bytes.
    func verify(change: (String, [UInt8]) -> [UInt8] = { $1 }) async throws -> Verdict {
        let writer = try LedgerWriter(path: folder.path + "/ledger")
        for record in records { writer.add(record) }
        try await writer.close()
        let root = folder.path + "/mailboxes"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        for (box, bytes) in bytes {
            let parts = box.split(separator: "/")
            let directory = "\(root)/ab/cd/\(parts[0])"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Data(change(box, bytes)).write(to: URL(fileURLWithPath: "\(directory)/\(parts[1]).normal.1.mbox"))
        }
        return try await FileVerification(try promises, mailboxes: root).run()
    }

    var promises: Promises {
        get throws {
            try Promises(ledgers: [folder.path + "/ledger"], accounts: Self.ids) { Self.following[$0] ?? [] }
        }
    }
}
