import Foundation
import Testing

@testable import Ledger

struct LedgerFileTests {
    private let records = (0..<5_000).map { Self.record(UInt64($0)) }

    private static func record(_ number: UInt64) -> LedgerRecord {
        LedgerRecord(
            kind: LedgerRecord.Kind(rawValue: UInt8(number % 4) + 1) ?? .post,
            outcome: number % 7 == 0 ? .unknown : .acknowledged, account: number, subject: .max - number,
            begun: number * 10, ended: number * 10 + 5, text: number << 40, parent: number << 20,
            repliedTo: number + 3)
    }

    private func write(_ path: String) async throws {
        let writer = try LedgerWriter(path: path)
        for record in records { writer.add(record) }
        try await writer.close()
    }

    private func read(_ path: String) throws -> [LedgerRecord] {
        var found: [LedgerRecord] = []
        try LedgerReader(path: path).forEach { found.append($0) }
        return found
    }

    @Test func whatWasAddedIsReadInOrder() async throws {
        let folder = try Folder()
        try await write(folder.path + "/ledger")
        #expect(try read(folder.path + "/ledger") == records)
    }

    @Test func theBytesAreThoseOfThePage() async throws {
        let folder = try Folder()
        try await write(folder.path + "/ledger")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/ledger"))
        #expect(bytes.count == 16 + 64 * records.count)
        #expect(Array(bytes.prefix(16)) == Array("SCLEDGER".utf8) + [2, 0, 0, 0, 64, 0, 0, 0])
        #expect(bytes[16 + 64] == 2, "the second record is a delete")
        #expect(bytes[16 + 64 + 24] == 10, "begun at 10")
        #expect(bytes[16 + 64 + 56] == 4, "replied to account 4")
    }

    @Test func aRecordThatWasCutOffIsLeftOut() async throws {
        let folder = try Folder()
        let path = folder.path + "/ledger"
        try await write(path)
        #expect(truncate(path, off_t(16 + 64 * 10 + 30)) == 0)
        #expect(try read(path) == Array(records.prefix(10)))
    }

    @Test func damageIsNamedWithItsPlace() async throws {
        let folder = try Folder()
        let path = folder.path + "/ledger"
        try await write(path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[16 + 64 * 3 + 20] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = try #require(throws: LedgerError.self) { try read(path) }
        #expect(error.code == .damaged && error.description.contains("byte \(16 + 64 * 3)"), "\(error)")
    }

    @Test func aLaterVersionIsRefused() async throws {
        let folder = try Folder()
        let path = folder.path + "/ledger"
        try await write(path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[8] = 3
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = try #require(throws: LedgerError.self) { try read(path) }
        #expect(error.code == .unsupportedVersion)
    }

    @Test func theFirstVersionIsReadWithoutParents() throws {
        let folder = try Folder()
        let path = folder.path + "/ledger"
        // Written by the release that had it: a post of account 1001, status 5, from 7 to 9, text 3.
        let first =
            "53434c4544474552" + "01000000" + "30000000" + "01010000" + "967e6ddf" + "e903000000000000"
            + "0500000000000000" + "0700000000000000" + "0900000000000000" + "0300000000000000"
        try Data(hexadecimal: first).write(to: URL(fileURLWithPath: path))
        #expect(
            try read(path) == [
                LedgerRecord(
                    kind: .post, outcome: .acknowledged, account: 1_001, subject: 5, begun: 7, ended: 9, text: 3)
            ])
    }

    @Test func aLedgerIsNeverWrittenOver() async throws {
        let folder = try Folder()
        try await write(folder.path + "/ledger")
        #expect(throws: LedgerError.self) { try LedgerWriter(path: folder.path + "/ledger") }
    }
}

extension Data {
    fileprivate init(hexadecimal text: String) {
        let digits = Array(text)
        self.init(stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) })
    }
}

final class Folder {
    let path = NSTemporaryDirectory() + "ledger-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
