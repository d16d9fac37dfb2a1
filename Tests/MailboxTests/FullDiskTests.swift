import Foundation
import Glibc
import Testing

@testable import Mailbox

@Suite struct FullDiskTests {
    /// On a small filesystem of its own where mounting is allowed; `/dev/full` answers every write with the same error
    /// on every Linux.
    @Test func aFullDiskIsAnErrorOfItsOwnAndPasses() throws {
        let directory = try TemporaryDirectory()
        guard mount("tmpfs", directory.path, "tmpfs", 0, "size=64k") == 0 else {
            try aWriteToAFullDeviceIsFull(directory)
            return
        }
        defer { umount2(directory.path, CInt(MNT_DETACH)) }
        let writer = try MailboxWriter(root: directory.path + "/root", lane: "normal")
        let path = directory.path + "/root/ab/12/account-12/home.normal.1.mbox"
        var written = 0
        var failure: MailboxError?
        while failure == nil && written < 1000 {
            do throws(MailboxError) {
                try writer.append(
                    [record(UInt64(written), String(repeating: "x", count: 700))[...]], to: aliceHome, term: 1)
                written += 1
            } catch {
                failure = error
            }
        }
        #expect(failure?.code == .full)
        #expect(failure?.path == path)
        #expect(written > 10)
        let reader = MailboxReader(root: directory.path + "/root", memoryBytesMax: 1 << 20)
        #expect(try reader.page(aliceHome, limit: 1000).records.count == written)

        // Once there is room it goes on, behind the last whole record.
        #expect(mount("tmpfs", directory.path, "tmpfs", UInt(MS_REMOUNT), "size=1m") == 0)
        try writer.append([record(5000)[...]], to: aliceHome, term: 1)
        let page = try reader.page(aliceHome, limit: 2000)
        #expect(page.records.count == written + 1)
        #expect(page.records.first?.id == 5000)
        #expect(page.damaged.isEmpty)
    }

    private func aWriteToAFullDeviceIsFull(_ directory: TemporaryDirectory) throws {
        try FileManager.default.createDirectory(
            atPath: directory.path + "/ab/12/account-12", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: filePath(directory), withDestinationPath: "/dev/full")
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        let error = #expect(throws: MailboxError.self) { try writer.append([record(1)[...]], to: aliceHome, term: 1) }
        #expect(error?.code == .full)
    }
}
