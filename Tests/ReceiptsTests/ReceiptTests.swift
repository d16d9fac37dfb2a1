import DurableFiles
import Foundation
import Receipts
import Testing

struct ReceiptTests {
    private let shared = NSTemporaryDirectory() + "receipts-" + UUID().uuidString
    private static let lanes = [(name: "normal", spread: "spread"), (name: "bulk", spread: "spread-bulk")]

    private func book(_ scope: String, _ partition: Int, entries: Int = 64) -> ReceiptBook {
        ReceiptBook(
            path: ReceiptBook.path(sharedDirectory: shared, scope: scope, partition: partition), entries: entries)
    }

    private func add(_ scope: String, _ partition: Int, _ entries: [ReceiptEntry]) throws {
        var book = book(scope, partition)
        try book.append(entries)
    }

    private func read(_ status: UInt64) throws -> StatusReceipt {
        try StatusReceipt.read(
            status: status, spreadPartitions: [0, 1], lanes: Self.lanes, sharedDirectory: shared)
    }

    private func sent(_ status: UInt64, to mask: UInt64, expected: UInt32, base: UInt32 = 0) -> ReceiptEntry {
        ReceiptEntry(kind: .sent, status: status, count: expected, tag: base, mask: mask)
    }

    private func delivered(
        _ kind: ReceiptEntry.Kind, _ status: UInt64, _ count: UInt32, tag: UInt32 = 7
    ) -> ReceiptEntry {
        ReceiptEntry(kind: kind, status: status, count: count, tag: tag)
    }

    @Test func doneAndPendingAreToldByLaneAndPartition() throws {
        defer { try? FileManager.default.removeItem(atPath: shared) }
        try add("spread", 1, [sent(5, to: 0b11, expected: 4)])
        try add("spread-bulk", 1, [sent(5, to: 0b101, expected: 3_000), sent(5, to: 1, expected: 0, base: 1)])
        #expect(try read(6).isKnown == false)
        var receipt = try read(5)
        #expect(receipt.isKnown && !receipt.isComplete && receipt.done == 0 && receipt.pending == 3_004)

        try add("normal", 0, [delivered(.last, 5, 3)])
        try add("normal", 1, [delivered(.last, 5, 2), delivered(.last, 4, 100)])
        try add("bulk", 0, [delivered(.part, 5, 1_000), delivered(.part, 5, 500)])
        receipt = try read(5)
        let normal = try #require(receipt.lanes.first)
        #expect(
            normal.isComplete && normal.done == 5 && normal.pending == 0, "what was estimated does not matter any more")
        let bulk = try #require(receipt.lanes.last)
        #expect(bulk.partitions.map(\.partition) == [0, 2, 64])
        #expect(bulk.partitions.map(\.state) == [.partial, .pending, .pending])
        #expect(bulk.done == 1_500 && bulk.pending == 1_500)

        try add("bulk", 0, [delivered(.failed, 5, 2), delivered(.last, 5, 10)])
        for partition in [2, 64] { try add("bulk", partition, [delivered(.last, 5, 0)]) }
        receipt = try read(5)
        #expect(receipt.isComplete && receipt.done == 5 + 1_508 && receipt.failed == 2 && receipt.pending == 0)
    }

    @Test func aReplayIsNotCountedTwice() throws {
        defer { try? FileManager.default.removeItem(atPath: shared) }
        try add("spread", 0, [sent(5, to: 1, expected: 10), sent(5, to: 1, expected: 10)])
        try add("normal", 0, [delivered(.part, 5, 600, tag: 1)])
        try add("normal", 0, [delivered(.part, 5, 600, tag: 2), delivered(.last, 5, 300, tag: 2)])
        #expect(try read(5).done == 900)
        try add("normal", 0, [delivered(.part, 5, 100, tag: 3)])
        let receipt = try read(5)
        #expect(receipt.done == 900 && receipt.isComplete, "a third attempt takes nothing back")
    }

    @Test func aRingKeepsTheNewestAcrossWritersAndSaysWhatItForgot() throws {
        defer { try? FileManager.default.removeItem(atPath: shared) }
        var first = book("normal", 0, entries: 16)
        for status in 1...20 { try first.append([delivered(.last, UInt64(status), 1)]) }
        var second = book("normal", 0, entries: 16)
        try second.append((21...50).map { delivered(.last, $0, 1) })
        let path = ReceiptBook.path(sharedDirectory: shared, scope: "normal", partition: 0)
        let contents = try ReceiptBook.contents(at: path)
        #expect(contents.entries.map(\.status) == Array(35...50) && contents.hasForgotten)
        #expect(try PosixFileSystem().contents(of: path, limitBytes: 10_000).count == 16 + 16 * 40)

        try add("spread", 0, [sent(20, to: 1, expected: 1), sent(60, to: 1, expected: 1)])
        #expect(try read(20).lanes.first?.partitions.first?.state == .forgotten)
        #expect(try read(20).pending == 0)
        #expect(try read(60).lanes.first?.partitions.first?.state == .pending)
        // Another size: begun anew.
        try add("normal", 0, [delivered(.last, 60, 1)])
        #expect(try ReceiptBook.contents(at: path).entries.map(\.status) == [60])
    }

    @Test func damageIsNotRead() throws {
        defer { try? FileManager.default.removeItem(atPath: shared) }
        try add("normal", 0, (1...10).map { delivered(.last, $0, 1) })
        let path = ReceiptBook.path(sharedDirectory: shared, scope: "normal", partition: 0)
        let whole = try PosixFileSystem().contents(of: path, limitBytes: 10_000)
        for offset in stride(from: 16, to: whole.count, by: 7) {
            var flipped = whole
            flipped[offset] ^= 1
            try PosixFileSystem().replace(path, with: flipped)
            let left = try ReceiptBook.contents(at: path).entries.map(\.status)
            #expect(left == (1...10).filter { $0 != UInt64((offset - 16) / 40) }, "entry n lies in slot n")
        }
        for length in [0, 3, 15, 16, 30, 95] {
            try PosixFileSystem().replace(path, with: Array(whole.prefix(length)))
            #expect(try ReceiptBook.contents(at: path).entries.isEmpty)
        }
    }

    /// Behind the highest number there is none to go on with.
    @Test func aNumberThatNoBookComesToIsNotRead() throws {
        defer { try? FileManager.default.removeItem(atPath: shared) }
        try add("normal", 0, (1...10).map { delivered(.last, $0, 1) })
        let path = ReceiptBook.path(sharedDirectory: shared, scope: "normal", partition: 0)
        var bytes = try PosixFileSystem().contents(of: path, limitBytes: 10_000)
        let slot = 16 + 4 * 40
        bytes.replaceSubrange(slot..<slot + 8, with: repeatElement(0xFF, count: 8))
        let checksum = Checksum.crc32(bytes[slot..<slot + 36])
        bytes.replaceSubrange(slot + 36..<slot + 40, with: withUnsafeBytes(of: checksum.littleEndian) { Array($0) })
        try PosixFileSystem().replace(path, with: bytes)
        #expect(try ReceiptBook.contents(at: path).entries.map(\.status) == [1, 2, 3, 5, 6, 7, 8, 9, 10])
        try add("normal", 0, [delivered(.last, 11, 1)])
        #expect(try ReceiptBook.contents(at: path).entries.map(\.status) == [1, 2, 3, 5, 6, 7, 8, 9, 10, 11])
    }
}
