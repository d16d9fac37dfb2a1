import FaultyFiles
import Mailbox
import StatuscastModel
import Testing

/// Records of mailboxes, alone and in files: damage is refused or passed over, and what is whole is found.
extension FuzzSuite {
    private static func record(_ id: UInt64, _ body: String) -> [UInt8] {
        let status = StatusRecord(
            id: id, author: AccountID(rawValue: 7), spoiler: "s",
            mentions: [.init(account: AccountID(rawValue: 9), username: "bob")],
            tags: ["swift"], text: body)
        return RecordFormat.render(
            id: id, unixMilliseconds: 1_795_381_331_123 + id, host: "example.org", from: "alice",
            subject: RecordFormat.subject(ofBody: body), inReplyTo: nil, headers: status.headers, body: body)
    }

    @Test func records() async throws {
        let corpus = ["hello", "From me\n>From you\n\nFrom statuscast x", "ä\u{1F600}\n\n", ""].map {
            Self.record(5, $0)
        }
        try await Fuzzing.run("records", corpus: corpus, leastInputs: 500) { input, _ in
            guard let parsed = try? RecordFormat.parse(input[...]) else { return }
            _ = try? StatusRecord(id: parsed.id, text: parsed.body) { parsed.header($0) }
        }
    }

    @Test func mailboxFiles() async throws {
        let whole = (1...12 as ClosedRange<UInt64>).map { Self.record($0, "status \($0)\nFrom x\n") }
        let location = MailboxLocation(hash: 0xAB12_0000_0000_0000, owner: "account-12", kind: "home")
        let later = Self.record(99, "later")
        try await Fuzzing.run("mailboxes", corpus: [whole.flatMap { $0 }]) { input, random in
            let scratch = try Scratch()
            try scratch.write(input, to: "ab/12/account-12/home.normal.1.mbox")
            let intact = Self.untouched(whole, in: input)
            do throws(MailboxError) {
                var found = try Self.found(location, scratch)
                if let lost = intact.first(where: { !found.contains($0) }) {
                    throw MailboxError(.failed, "\(lost) is lost")
                }
                guard random.oneIn(4) else { return }
                let writer = try MailboxWriter(root: scratch.path, lane: "normal")
                try writer.append([later[...]], to: location, term: 1)
                found = try Self.found(location, scratch)
                for id in intact.union([99]) where !found.contains(id) {
                    throw MailboxError(.failed, "\(id) is lost after an append")
                }
            } catch {
                guard error.code == .unsupportedVersion || error.code == .corrupt else { throw Wrong("\(error)") }
            }
        }
    }

    /// By the page and by the scan, which must not differ; their records parse.
    private static func found(_ location: MailboxLocation, _ scratch: Scratch) throws(MailboxError) -> Set<UInt64> {
        let reader = MailboxReader(root: scratch.path, memoryBytesMax: 1 << 20)
        let page = try reader.page(location, limit: 1_000)
        var offsets: [String: Int] = [:]
        var scanned: Set<UInt64> = []
        for bytes in try reader.records(location, afterOffsets: &offsets) {
            scanned.insert(try RecordFormat.parse(bytes[...]).id)
        }
        guard Set(page.records.map(\.id)) == scanned else { throw MailboxError(.failed, "page and scan differ") }
        return scanned
    }

    /// Those that lie whole in front of the first changed byte, or behind the last with the blank line before them.
    private static func untouched(_ whole: [[UInt8]], in input: [UInt8]) -> Set<UInt64> {
        let original = whole.flatMap { $0 }
        var before = zip(original, input).prefix { $0 == $1 }.count
        var behind = zip(original.reversed(), input.reversed()).prefix { $0 == $1 }.count
        behind = min(behind, input.count - min(before, input.count))
        var ids: Set<UInt64> = []
        for (index, record) in whole.enumerated() {
            guard record.count <= before else { break }
            before -= record.count
            ids.insert(UInt64(index + 1))
        }
        for (index, record) in whole.enumerated().reversed() {
            guard record.count + 2 <= behind else { break }
            behind -= record.count
            ids.insert(UInt64(index + 1))
        }
        return ids
    }
}
