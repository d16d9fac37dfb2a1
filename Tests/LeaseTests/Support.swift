import DurableFiles
import Foundation
import Glibc
import Testing

@testable import Lease

/// A directory that is removed when the last reference to it goes.
final class TemporaryDirectory: Sendable {
    let path: String

    /// `inMemory` where thousands of syncs would only measure the disk.
    init(inMemory: Bool = false) throws {
        let memory = inMemory && FileManager.default.isWritableFile(atPath: "/dev/shm")
        path = (memory ? "/dev/shm" : NSTemporaryDirectory()) + "/lease-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Another process that holds a lock until it is killed.
final class OtherHolder {
    private let process = Process()

    init(locking path: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            "import fcntl,sys,time; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); "
                + "print('locked', flush=True); time.sleep(600)",
            path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        #expect(output.fileHandleForReading.availableData.first == UInt8(ascii: "l"))
    }

    var identifier: Int32 { process.processIdentifier }

    /// Returns when the process is gone and reaped.
    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// Acquires a lease that was just released: another test that starts a process at this moment may have inherited the
/// lock, and has it until that process has begun its program.
func acquireSoon(_ name: LeaseName, in shared: TemporaryDirectory, address: String) throws -> Lease {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
        do throws(FileError) {
            return try Lease.acquire(name, in: shared.path, address: address)
        } catch {
            guard error.code == .locked, ContinuousClock.now < deadline else { throw error }
            usleep(2000)
        }
    }
}

func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// Changes fields of a lease's text file, seal and all.
func edit(_ path: String, _ change: (inout SealedText) -> Void) throws {
    var sealed = try #require(SealedText(text(of: path)))
    change(&sealed)
    try sealed.text.write(toFile: path, atomically: false, encoding: .utf8)
}
