import Foundation
import Testing

@testable import Ledger

struct LedgerFileTests {
    private let records = (0..<5_000).map { Self.record(UInt64($0)) }

    private static func record(_ number: UInt64) -> LedgerRecord {
        LedgerRecord(
            kind: LedgerRecord.Kind(rawValue: UInt8(number % 4) + 1) ?? .post,
            outcome: number % 7 == 0 ? .unknown : .acknowledged, account: number, subject: .max - number,
            begun: number * 10, ended: number * 10 + 5, text: number << 40)
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
        #expect(bytes.count == 16 + 48 * records.count)
        #expect(Array(bytes.prefix(16)) == Array("SCLEDGER".utf8) + [1, 0, 0, 0, 48, 0, 0, 0])
        #expect(bytes[16 + 48] == 2, "the second record is a delete")
        #expect(bytes[16 + 48 + 24] == 10, "begun at 10")
    }

    @Test func aRecordThatWasCutOffIsLeftOut() async throws {
        let folder = try Folder()
        let path = folder.path + "/ledger"
        try await write(path)
        #expect(truncate(path, off_t(16 + 48 * 10 + 30)) == 0)
        #expect(try read(path) == Array(records.prefix(10)))
    }

    @Test func damageIsNamedWithItsPlace() async throws {
        let folder = try Folder()
        let path = folder.path + "/ledger"
        try await write(path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[16 + 48 * 3 + 20] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = try #require(throws: LedgerError.self) { try read(path) }
        #expect(error.code == .damaged && error.description.contains("byte \(16 + 48 * 3)"), "\(error)")
    }

    @Test func aLaterVersionIsRefused() async throws {
        let folder = try Folder()
        let path = folder.path + "/ledger"
        try await write(path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[8] = 2
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = try #require(throws: LedgerError.self) { try read(path) }
        #expect(error.code == .unsupportedVersion)
    }

    @Test func aLedgerIsNeverWrittenOver() async throws {
        let folder = try Folder()
        try await write(folder.path + "/ledger")
        #expect(throws: LedgerError.self) { try LedgerWriter(path: folder.path + "/ledger") }
    }
}

final class Folder {
    let path = NSTemporaryDirectory() + "ledger-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
