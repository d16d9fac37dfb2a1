import DurableFiles
import Foundation
import Testing

@Suite struct FileLockTests {
    @Test func aLockHasOneHolderAndSaysWho() throws {
        try withDirectory { directory in
            let lock = try FileLock(path: directory + "/LOCK")
            try lock.write("process 1")
            let error = #expect(throws: FileError.self) { try FileLock(path: directory + "/LOCK") }
            #expect(error?.code == .locked)
            #expect(error?.description.contains("process 1") == true)
            lock.release()
            #expect(try FileLock(path: directory + "/LOCK").text() == "process 1")
        }
    }
}

func withDirectory(_ body: (String) throws -> Void) throws {
    let directory = NSTemporaryDirectory() + "statuscast-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try body(directory)
}
