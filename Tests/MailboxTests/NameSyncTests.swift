import Foundation
import Glibc
import Testing

@testable import Mailbox

@Suite struct NameSyncTests {
    /// The writer before was killed between making the file and its sync: this one continues its term.
    @Test func theNameOfAFileThatAnotherProcessMadeIsSynced() throws {
        let directory = try TemporaryDirectory()
        try write(record(1), to: filePath(directory))
        let writer = try MailboxWriter(root: directory.path, lane: "normal", syncsWholeFilesystem: false)
        let openings = try Openings(of: URL(fileURLWithPath: filePath(directory)).deletingLastPathComponent().path)
        try writer.append([record(2)[...]], to: aliceHome, term: 1)
        #expect(try openings.take() == 0)
        try writer.sync()
        #expect(try openings.take() == 1, "a directory is opened to be synced")
        try writer.append([record(3)[...]], to: aliceHome, term: 1)
        try writer.sync()
        #expect(try openings.take() == 0, "once is enough")
    }
}

/// Counts how often a directory itself is opened.
private final class Openings {
    private let descriptor: CInt

    init(of path: String) throws {
        descriptor = inotify_init1(CInt(O_NONBLOCK | O_CLOEXEC))
        try #require(descriptor >= 0 && inotify_add_watch(descriptor, path, UInt32(IN_OPEN)) >= 0)
    }

    deinit { close(descriptor) }

    /// Since the last time.
    func take() throws -> Int {
        var events = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(descriptor, &events, events.count)
        guard count > 0 else { return 0 }
        var directories = 0
        var offset = 0
        while offset < count {
            // struct inotify_event: wd, mask, cookie, len (4 bytes each), then `len` bytes of name.
            let (mask, length) = events.withUnsafeBytes { bytes in
                (
                    bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self),
                    bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)
                )
            }
            if mask & UInt32(IN_ISDIR) != 0 { directories += 1 }
            offset += 16 + Int(length)
        }
        return directories
    }
}
