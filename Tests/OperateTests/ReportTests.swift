import Foundation
import Mailbox
import Peers
import StatuscastModel
import Testing

@testable import Operate

struct ReportTests {
    private func rendered(_ record: StatusRecord) -> [UInt8] {
        RecordFormat.render(
            id: record.id, unixMilliseconds: 1_795_394_358_851, host: "example.org", from: "alice", subject: "s",
            inReplyTo: nil, headers: record.headers, body: record.text)
    }

    @Test func aStatusReadsWellAndKeepsTheTerminalSafe() throws {
        let record = StatusRecord(
            id: 77, author: AccountID(rawValue: 5), visibility: .private, spoiler: "careful",
            inReplyTo: StatusID(rawValue: 70), text: "one\n\ntwo \u{1B}[2J")
        #expect(
            try RecordReport(rendered(record)).pretty == """
                2026-11-23T00:39:18Z  @alice  77  [private]  in reply to 70
                    (careful)
                    one

                    two \u{FFFD}[2J
                """)
    }

    @Test func tombstonesAndFollowsSayWhatTheyAre() throws {
        let status = StatusRecord(
            kind: .tombstone, id: 78, author: AccountID(rawValue: 5), target: StatusID(rawValue: 77))
        #expect(try RecordReport(rendered(status)).pretty.hasSuffix("deletes 77"))
        let account = StatusRecord(
            kind: .tombstone, id: 79, author: AccountID(rawValue: 5), targetAccount: AccountID(rawValue: 5))
        let report = try RecordReport(rendered(account))
        #expect(report.pretty.hasSuffix("deletes all statuses of account 5") && report.targetAccountID == "5")
        let follow = StatusRecord(kind: .follow, id: 80, author: AccountID(rawValue: 5))
        #expect(try RecordReport(rendered(follow)).pretty.hasSuffix("follows"))
    }

    @Test func theHeaviestStateOfAnAccountComesFirst() {
        var found = PeerOperatorAccount()
        #expect(AccountReport(found).state == "active")
        found.account.priority = true
        found.account.silenced = true
        found.account.suspended = true
        #expect(AccountReport(found).state == "suspended, silenced, priority")
        found.account.deleted = true
        #expect(AccountReport(found).state == "deleted")
    }

    @Test func errorsOfPeersHaveTheirExitCodes() {
        #expect(OperateError(PeerError(.notFound, "x")).status == .notFound)
        #expect(OperateError(PeerError(.unavailable, "x")).status == .unavailable)
        #expect(OperateError(PeerError(.unsupported, "x")).status == .unavailable)
        #expect(OperateError(PeerError(.invalid, "x")).status == .failed)
        #expect(OperateError(saying: OperateError(.temporary, "x"))?.status == .temporary)
    }

    @Test func generatedPasswordsAreLongAndDifferent() {
        let passwords = Set((0..<100).map { _ in Password.generated() })
        #expect(passwords.count == 100 && passwords.allSatisfy { $0.utf8.count == 20 })
    }
}
