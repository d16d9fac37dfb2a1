import Foundation
import Testing

@testable import Mailbox

struct InspectionTests {
    private func inspected(_ content: [UInt8]) throws -> FileInspection {
        let directory = try TemporaryDirectory()
        try write(content, to: filePath(directory))
        let file = try #require(try MailboxFile.files(of: aliceHome, root: directory.path).first)
        return try FileInspection.of(file)
    }

    @Test func wholeRecordsAreCounted() throws {
        let inspection = try inspected(record(5) + record(7) + record(6) + record(7))
        #expect(inspection.records == 4 && inspection.unordered == 1 && inspection.findings.isEmpty)
        #expect(inspection.lowestID == 5 && inspection.highestID == 7)
    }

    @Test func eachKindOfDamageIsNamedWithItsPlace() throws {
        let (first, second, third) = (record(1), record(2), record(3))
        var flipped = second
        flipped[flipped.count - 5] ^= 1
        let middle = try inspected(first + flipped + third)
        #expect(middle.findings == [.init(kind: .damaged, offset: first.count, bytes: second.count)])
        #expect(middle.records == 2)

        let foreign = try inspected(first + Array("hello\n\n".utf8) + second)
        #expect(foreign.findings == [.init(kind: .foreign, offset: first.count, bytes: 7)])
        #expect(foreign.records == 2)

        let torn = try inspected(first + second.dropLast(3))
        #expect(torn.findings == [.init(kind: .torn, offset: first.count, bytes: second.count - 3)])

        let rubbish = try inspected(first + Array("rubbish".utf8))
        #expect(rubbish.findings == [.init(kind: .foreign, offset: first.count, bytes: 7)])

        let newer = String(decoding: second, as: UTF8.self).replacing(
            "X-Statuscast-Record:", with: "X-Statuscast-Record-2:")
        let unsupported = try inspected(first + Array(newer.utf8))
        #expect(unsupported.findings.map(\.kind) == [.unsupported])
        #expect(unsupported.findings.first?.offset == first.count && unsupported.records == 1)
    }

    @Test func aWalkFindsEveryMailboxFileAndNothingElse() throws {
        let directory = try TemporaryDirectory()
        for name in ["home.normal.2.mbox", "home.bulk.10.mbox", "outbox.normal.2.mbox", "home.normal.x.mbox", "notes"] {
            try write(record(1), to: filePath(directory, name))
        }
        var found: [String] = []
        try MailboxFile.walk(root: directory.path) { found.append("\($0.owner) \($0.kind) \($0.lane) \($0.term)") }
        #expect(
            found == ["account-12 home bulk 10", "account-12 home normal 2", "account-12 outbox normal 2"])
        #expect(try MailboxFile.files(of: aliceHome, root: directory.path).map(\.term) == [10, 2])
        try MailboxFile.walk(root: directory.path + "/absent") { _ in Issue.record("there is nothing") }
    }
}
