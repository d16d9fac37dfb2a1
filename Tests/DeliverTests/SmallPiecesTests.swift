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
}
