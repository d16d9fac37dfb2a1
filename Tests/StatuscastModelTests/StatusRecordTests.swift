import StatuscastModel
import Testing

struct StatusRecordTests {
    static let record = StatusRecord(
        id: 9, author: AccountID(rawValue: 1), visibility: .unlisted, sensitive: true, spoiler: "spoiler",
        language: "en", inReplyTo: StatusID(rawValue: 4), inReplyToAccount: AccountID(rawValue: 3),
        mentions: [.init(account: AccountID(rawValue: 3), username: "bob")], tags: ["a", "ä"], applicationName: "toot",
        applicationWebsite: "https://toot.example", text: "body")

    @Test func headersCarryEverything() throws {
        let headers = Self.record.headers
        let back = try StatusRecord(id: 9, text: "body") { name in headers.first { $0.name == name }?.value }
        #expect(back == Self.record)
    }

    @Test func aTombstoneNamesItsTarget() throws {
        let tombstone = StatusRecord(
            kind: .tombstone, id: 9, author: AccountID(rawValue: 1), target: StatusID(rawValue: 8))
        let headers = tombstone.headers
        let back = try StatusRecord(id: 9, text: "") { name in headers.first { $0.name == name }?.value }
        #expect(back == tombstone)
    }

    @Test func aRecordWithoutItsAuthorIsRefused() {
        #expect(throws: DecodeError.self) { try StatusRecord(id: 1, text: "") { _ in nil } }
    }
}
