import DeadLetters
import Foundation
import StatuscastModel
import Testing

@testable import Operate

@Suite struct HeldBoxTests {
    private let directory = NSTemporaryDirectory() + "held-" + UUID().uuidString

    private func hold(_ id: UInt64) throws {
        let draft = StatusDraft(id: StatusID(rawValue: id), author: AccountID(rawValue: 7), text: "text \(id)")
        let file = DeadLetterBox(directory: directory).file("judge")
        file.add(
            DeadLetter(
                stage: "judge", topic: "receive", partition: 1, id: id, content: .item, reason: "spam",
                unixMilliseconds: 5, bytes: ReceiveEvent.post(draft).encoded()[...]))
        try file.flush()
    }

    @Test func aStatusThatWasJudgedTwiceIsListedOnceAndSettledAltogether() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for id: UInt64 in [10, 11, 10, 12] { try hold(id) }
        let box = HeldBox(directory: directory)
        let (statuses, hasMore, unreadableCount) = try box.list(limit: 2)
        #expect(statuses.map(\.id) == ["10", "11"] && statuses.map(\.text) == ["text 10", "text 11"])
        #expect(hasMore && unreadableCount == 0)

        let held = try box.find("10")
        #expect(held.entries.count == 2)
        #expect(try box.find(held.entries[1].description).entries == held.entries, "by the name of either entry")
        try box.settle(held, released: true)
        try box.reclaim()
        #expect(try box.list(limit: 9).statuses.map(\.id) == ["11", "12"])
        #expect(throws: OperateError.self) { try box.find("10") }
        #expect(throws: OperateError.self) { try box.find(held.entries[0].description) }

        for id in ["11", "12"] { try box.settle(try box.find(id), released: false) }
        try box.reclaim()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".log") } == [])
    }
}
