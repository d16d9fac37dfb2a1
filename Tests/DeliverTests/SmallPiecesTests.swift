import DurableFiles
import Foundation
import HashRing
import Mailbox
import Queue
import StatuscastModel
import Testing

@testable import Deliver

struct SmallPiecesTests {
    @Test func onlyErrorsOfOnePathAreAMailboxesOwn() {
        func verdict(_ number: CInt) -> String {
            switch BundleFailure(MailboxError(FileError(operation: "openat", path: "/x", errno: number))) {
            case .stopped: "stopped"
            case .mailbox: "mailbox"
            case .refused: "refused"
            case .syncFailed: "sync failed"
            }
        }
        for number in [ENAMETOOLONG, EISDIR, ENOTDIR, ELOOP, EEXIST, EFBIG] { #expect(verdict(number) == "mailbox") }
        for number in [EACCES, EPERM] { #expect(verdict(number) == "refused") }
        let general = [
            ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM, EIO, ESTALE, ENOTCONN, ETIMEDOUT, EROFS, ENOENT,
        ]
        for number in general { #expect(verdict(number) == "stopped") }
    }

    @Test func versionsNeverComeAgainAfterAWrite() {
        var versions = MailboxVersions(startUnixMicroseconds: 1_000, remembered: 10)
        var told: [UInt64: Set<UInt64>] = [:]
        var random = SplitMix(7)
        for _ in 0..<5_000 {
            let account = random.next(upTo: 40)
            let address = Address.home(AccountID(rawValue: account))
            told[account, default: []].insert(versions.version(of: address))
            if random.next(upTo: 3) == 0 {
                versions.wrote(address)
                #expect(!told[account, default: []].contains(versions.version(of: address)))
            }
        }
    }

    @Test func aVersionStaysWhileNothingIsWritten() {
        var versions = MailboxVersions(startUnixMicroseconds: 1_000, remembered: 10)
        versions.wrote(.public)
        let version = versions.version(of: .public)
        versions.wrote(.tombstones)
        #expect(versions.version(of: .public) == version && version > 1_000)
    }

    @Test func deadLettersFollowTheirFormat() throws {
        let directory = NSTemporaryDirectory() + "deliver-dead-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let letters = DeadLetters(
            path: directory + "/dead/deliver-normal.log", lane: "normal", files: PosixFileSystem())
        try letters.flush()
        #expect(!FileManager.default.fileExists(atPath: letters.path))
        letters.add(
            DeadLetter(
                address: "home/12", partition: PartitionIndex(rawValue: 3), source: "a-b 7", id: 99,
                reason: "two\nlines", bytes: Array("record\n".utf8)[...]), unixMilliseconds: 1_700_000_000_000)
        try letters.flush()
        letters.add(
            DeadLetter(
                address: nil, partition: PartitionIndex(rawValue: 3), source: nil, id: nil, reason: "x", bytes: []),
            unixMilliseconds: 1)
        try letters.flush()
        let text = try String(contentsOfFile: letters.path, encoding: .utf8)
        #expect(
            text == """
                dead-letter 1
                time: 1700000000000
                lane: normal
                partition: 3
                source: a-b 7
                address: home/12
                id: 99
                reason: two lines
                length: 7
                crc32: \(String(Checksum.crc32(Array("record\n".utf8)), radix: 16))

                record

                dead-letter 1
                time: 1
                lane: normal
                partition: 3
                reason: x
                length: 0
                crc32: 00000000



                """)
    }
}
