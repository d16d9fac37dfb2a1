import HashRing
import Queue
import Receipts
import StatuscastModel
import Testing

@testable import Deliver

struct ReceiptTests {
    private let zero = PartitionIndex(rawValue: 0)
    private let one = PartitionIndex(rawValue: 1)

    @Test func onlyWhatASweepHasMadeDurableIsCounted() {
        var counts = ReceiptCounts(statusesMax: 3, salt: 1)
        counts.add(zero, status: 5, tag: 1, deliveries: 1_000, isLast: false)
        counts.add(one, status: 5, tag: 2, deliveries: 10, isLast: true)
        counts.beginSweep()
        counts.add(zero, status: 5, tag: 1, deliveries: 7, isLast: true)
        counts.add(zero, status: 6, tag: 1, deliveries: 7, isLast: true)
        #expect(counts.statuses == 3, "the bound is reached")
        counts.failed(zero, status: 5)
        #expect(
            counts.endSweep(but: [one]) == [
                zero: [
                    ReceiptEntry(kind: .failed, status: 5, count: 1, tag: 1),
                    ReceiptEntry(kind: .part, status: 5, count: 1_000, tag: 1),
                ]
            ])
        counts.beginSweep()
        let next = counts.endSweep(but: [])
        #expect(next[one] == [ReceiptEntry(kind: .last, status: 5, count: 10, tag: 2)])
        #expect(next[zero]?.first == ReceiptEntry(kind: .last, status: 5, count: 7, tag: 1))
        #expect(counts.statuses == 0)
        counts.add(zero, status: 9, tag: 1, deliveries: 1, isLast: true)
        counts.drop(zero)
        #expect(counts.statuses == 0)
    }

    /// In quanta, over several sweeps: the parts add up.
    @Test func aWorkersReceiptIsExact() async throws {
        let world = try World(partitions: 2)
        let author = AccountID(rawValue: 1)
        try await world.follow((0..<250).map { (AccountID(rawValue: 10_000 + $0), author) })
        let status = try await world.post(by: author, to: [.public, .outbox(author)])
        func spread(_ mask: UInt64) throws {
            var book = ReceiptBook(
                path: ReceiptBook.path(sharedDirectory: world.shared, scope: "spread", partition: 0), entries: 64)
            try book.append([ReceiptEntry(kind: .sent, status: status, count: 252, tag: 0, mask: mask)])
        }
        try spread(0b11)
        func receipt() throws -> StatusReceipt {
            try StatusReceipt.read(
                status: status, spreadPartitions: [0], lanes: [("normal", "spread")], sharedDirectory: world.shared)
        }
        #expect(try receipt().pending == 252)

        let role = RunningRole(world) { $0.quantum = 20 }
        try await eventually("everything is delivered") { try receipt().isComplete }
        let counted = try receipt()
        #expect(counted.done == 252 && counted.failed == 0 && counted.pending == 0)
        try await role.stop()
    }
}
