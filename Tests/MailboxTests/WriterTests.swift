import Foundation
import Testing

@testable import Mailbox

@Suite struct WriterTests {
    @Test func aBundleIsWrittenToItsPlaceAndOthersFollow() throws {
        let directory = try TemporaryDirectory()
        let writer = try MailboxWriter(root: directory.path + "/new/root", lane: "bulk")
        try writer.append([record(1)[...], record(2)[...]], to: aliceHome, term: 17)
        try writer.append([record(3)[...]], to: aliceHome, term: 17)
        try writer.append([], to: aliceHome, term: 18)
        try writer.sync()
        let folder = directory.path + "/new/root/ab/12/account-12"
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["home.bulk.17.mbox"])
        #expect(try bytes(of: folder + "/home.bulk.17.mbox") == record(1) + record(2) + record(3))
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\u{0}", String(repeating: "x", count: 201)])
    func anOwnerThatIsNoFileNameIsRefused(owner: String) throws {
        let directory = try TemporaryDirectory()
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        let location = MailboxLocation(hash: 1, owner: owner, kind: "home")
        let error = #expect(throws: MailboxError.self) { try writer.append([record(1)[...]], to: location, term: 1) }
        #expect(error?.code == .invalid)
        #expect(throws: MailboxError.self) { try MailboxWriter(root: directory.path, lane: "a/b") }
    }

    @Test func aTornRecordIsCutOffWhereverItWasTorn() throws {
        let directory = try TemporaryDirectory()
        let path = filePath(directory)
        let before = record(1, "first") + record(2, "second\n\nFrom me")
        let torn = record(3, "third")
        for kept in [[], before] {
            for count in 0...torn.count {
                try write(kept + torn[..<count], to: path)
                let writer = try MailboxWriter(root: directory.path, lane: "normal")
                try writer.append([record(4)[...]], to: aliceHome, term: 1)
                try writer.append([record(5)[...]], to: aliceHome, term: 1)
                let expected = kept + (count == torn.count ? torn : []) + record(4) + record(5)
                #expect(try bytes(of: path) == expected, "torn after \(count) bytes")
            }
        }
    }

    @Test func zerosOfALostWriteAreCutOff() throws {
        let directory = try TemporaryDirectory()
        try write(record(1) + [UInt8](repeating: 0, count: 4096), to: filePath(directory))
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        try writer.append([record(2)[...]], to: aliceHome, term: 1)
        #expect(try bytes(of: filePath(directory)) == record(1) + record(2))
    }

    @Test func damageAtTheEndIsKeptAndTheNextRecordIsRead() throws {
        let directory = try TemporaryDirectory()
        var damaged = record(2)
        damaged[damaged.count - 1] = UInt8(ascii: "x")
        try write(record(1) + damaged, to: filePath(directory))
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        try writer.append([record(3)[...]], to: aliceHome, term: 1)
        #expect(try bytes(of: filePath(directory)) == record(1) + damaged + [10, 10] + record(3))
        let page = try MailboxReader(root: directory.path, memoryBytesMax: 1 << 20).page(aliceHome, limit: 9)
        #expect(page.records.map(\.id) == [3, 1])
        #expect(page.damaged.map(\.offset) == [record(1).count])
    }

    @Test func aTornRecordLongerThanTheWindowIsCutOff() throws {
        let directory = try TemporaryDirectory()
        let long = record(2, String(repeating: "long line\n", count: 60_000))
        try write(record(1) + long.dropLast(3), to: filePath(directory))
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        try writer.append([long[...]], to: aliceHome, term: 1)
        #expect(try bytes(of: filePath(directory)) == record(1) + long)
    }

    @Test func everyFileIsSyncedWhereTheFilesystemIsNotTrusted() throws {
        let directory = try TemporaryDirectory()
        let writer = try MailboxWriter(root: directory.path, lane: "normal", syncsWholeFilesystem: false)
        for account in 0..<100 {
            let location = MailboxLocation(hash: UInt64(account) << 48, owner: "account-\(account)", kind: "home")
            try writer.append([record(1)[...]], to: location, term: 1)
        }
        try writer.sync()
        try writer.sync()
    }

    @Test func aFailedSyncIsFinal() throws {
        let directory = try TemporaryDirectory()
        let writer = try MailboxWriter(root: directory.path, lane: "normal", syncsWholeFilesystem: false)
        try writer.append([record(1)[...]], to: aliceHome, term: 1)
        try FileManager.default.removeItem(atPath: filePath(directory))
        #expect(#expect(throws: MailboxError.self) { try writer.sync() }?.code == .failed)
        #expect(#expect(throws: MailboxError.self) { try writer.sync() }?.code == .failed)
        let error = #expect(throws: MailboxError.self) { try writer.append([record(2)[...]], to: aliceHome, term: 1) }
        #expect(error?.code == .failed)
    }

    @Test func appendsFromManyThreadsAllArrive() throws {
        let directory = try TemporaryDirectory()
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        DispatchQueue.concurrentPerform(iterations: 400) { index in
            #expect(throws: Never.self) {
                try writer.append([record(UInt64(index), "body \(index)")[...]], to: aliceHome, term: 1)
            }
        }
        let page = try MailboxReader(root: directory.path, memoryBytesMax: 1 << 20).page(aliceHome, limit: 1000)
        #expect(page.records.map(\.id) == (0..<400).reversed())
        #expect(page.damaged.isEmpty)
    }
}
