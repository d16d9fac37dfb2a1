import DurableFiles
import Foundation
import Testing

@testable import Lease

@Suite struct LeaseTests {
    private let name = LeaseName(scope: "normal", index: 3)

    @Test func oneHoldsItAndOthersSeeWho() throws {
        let shared = try TemporaryDirectory()
        #expect(try Lease.holder(of: name, in: shared.path) == nil)
        let lease = try Lease.acquire(name, in: shared.path, address: "unix:/run/a.sock")
        #expect(lease.term == 1 && !lease.continuesTerm)
        let holder = try #require(try Lease.holder(of: name, in: shared.path))
        #expect(holder.address == "unix:/run/a.sock" && holder.term == 1 && holder.process == getpid())
        let error = #expect(throws: FileError.self) { try Lease.acquire(name, in: shared.path, address: "b") }
        #expect(error?.code == .locked)
        #expect(error?.detail?.hasPrefix("held by unix:/run/a.sock, process \(getpid()) on ") == true)
        let other = try Lease.acquire(LeaseName(scope: "normal", index: 4), in: shared.path, address: "b")
        #expect(other.term == 1)
        lease.close()
        #expect(try Lease.holder(of: name, in: shared.path) == nil)
    }

    @Test func anotherProcessExcludesAndItsDeathFrees() throws {
        let shared = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: shared.path + "/leases/normal", withIntermediateDirectories: true)
        let other = try OtherHolder(locking: shared.path + "/leases/normal/3.lock")
        let error = #expect(throws: FileError.self) { try Lease.acquire(name, in: shared.path, address: "a") }
        #expect(error?.code == .locked)
        other.kill()
        _ = try acquireSoon(name, in: shared, address: "a")
    }

    @Test func aLeaseExcludesAnotherProcess() throws {
        let shared = try TemporaryDirectory()
        let lease = try Lease.acquire(name, in: shared.path, address: "a")
        let attempt = Process()
        attempt.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        attempt.arguments = [
            "flock", "--nonblock", "--conflict-exit-code", "42", shared.path + "/leases/normal/3.lock", "true",
        ]
        try attempt.run()
        attempt.waitUntilExit()
        #expect(attempt.terminationStatus == 42)
        lease.close()
    }

    @Test func aClosedTermIsContinued() throws {
        let shared = try TemporaryDirectory()
        for round in 0..<3 {
            let lease = try acquireSoon(name, in: shared, address: "a")
            #expect(lease.term == 1 && lease.continuesTerm == (round > 0))
            lease.close()
            lease.close()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: shared.path + "/leases/normal/3.terms") == ["1"])
    }

    @Test func aTermClosedOnAnotherHostIsContinued() throws {
        let shared = try TemporaryDirectory()
        try Lease.acquire(name, in: shared.path, address: "a").close()
        try edit(shared.path + "/leases/normal/3.terms/1") { $0["host"] = "elsewhere" }
        #expect(try acquireSoon(name, in: shared, address: "a").continuesTerm)
    }

    @Test func anAbandonedTermOfALivingProcessIsNot() throws {
        let shared = try TemporaryDirectory()
        let first = try Lease.acquire(name, in: shared.path, address: "a")
        first.abandon()
        let second = try acquireSoon(name, in: shared, address: "a")
        #expect(second.term == 2 && !second.continuesTerm)
        first.close()
        #expect(try Lease.holder(of: name, in: shared.path)?.term == 2)
    }

    @Test(arguments: [
        ("a killed holder", true), ("process number used again", true), ("another host", false),
        ("an earlier boot", false),
        ("another namespace", false), ("still running", false), ("half written", false),
    ]) func whetherATermIsContinuedAfterAKill(what: String, continues: Bool) throws {
        let shared = try TemporaryDirectory()
        let dead = try OtherHolder(locking: shared.path + "/a.lock")
        dead.kill()
        try Lease.acquire(name, in: shared.path, address: "a").abandon()
        let path = shared.path + "/leases/normal/3.terms/1"
        try edit(path) { text in
            text["process"] = String(dead.identifier)
            switch what {
            case "another host": text["host"] = "elsewhere"
            case "an earlier boot": text["boot"] = "another"
            case "another namespace": text["namespace"] = "pid:[1]"
            case "still running": text.identity = .current
            case "process number used again":
                text.identity = .current
                text["started"] = "1"
            default: break
            }
        }
        if what == "half written" {
            try String(text(of: path).dropLast(4)).write(toFile: path, atomically: false, encoding: .utf8)
        }
        let lease = try acquireSoon(name, in: shared, address: "b")
        #expect(lease.continuesTerm == continues && lease.term == (continues ? 1 : 2), "\(what)")
    }

    @Test func termsGoUpAndAreNeverTakenTwice() throws {
        let shared = try TemporaryDirectory()
        for expected: UInt64 in 1...12 {
            let lease = try acquireSoon(name, in: shared, address: "a")
            #expect(lease.term == expected)
            lease.abandon()
        }
        try "not ours".write(toFile: shared.path + "/leases/normal/3.terms/13", atomically: false, encoding: .utf8)
        #expect(try acquireSoon(name, in: shared, address: "a").term == 14)
    }

    @Test func aFileOfANewerReleaseIsRefused() throws {
        let shared = try TemporaryDirectory()
        try Lease.acquire(name, in: shared.path, address: "a").close()
        try edit(shared.path + "/leases/normal/3.terms/1") { $0["version"] = "2" }
        let error = #expect(throws: FileError.self) { try acquireSoon(name, in: shared, address: "a") }
        #expect(error?.detail?.contains("version 2") == true)
    }

    @Test func aTermThatNoneCanFollowIsRefusedByName() throws {
        let shared = try TemporaryDirectory()
        try Lease.acquire(name, in: shared.path, address: "a").close()
        let terms = shared.path + "/leases/normal/3.terms/"
        try "junk".write(toFile: terms + "007", atomically: false, encoding: .utf8)
        let lease = try acquireSoon(name, in: shared, address: "a")
        #expect(lease.term == 1)
        lease.close()
        try "junk".write(toFile: terms + "\(UInt64.max)", atomically: false, encoding: .utf8)
        let error = #expect(throws: FileError.self) { try acquireSoon(name, in: shared, address: "a") }
        #expect(error?.path == terms + "\(UInt64.max)")
    }

    @Test func aHalfWrittenLockFileIsNotBelieved() throws {
        let shared = try TemporaryDirectory()
        let lease = try Lease.acquire(name, in: shared.path, address: "tcp:host:4000")
        let path = shared.path + "/leases/normal/3.lock"
        let whole = try text(of: path)
        for count in [0, 1, 20, whole.utf8.count - 1] {
            try String(whole.prefix(count)).write(toFile: path, atomically: false, encoding: .utf8)
            if count == 0 {
                #expect(try Lease.holder(of: name, in: shared.path) == nil)
            } else {
                #expect(throws: FileError.self) { try Lease.holder(of: name, in: shared.path) }
            }
        }
        lease.close()
    }

    @Test(arguments: ["", "a/b", "..", "a b"]) func aScopeThatIsNoFileNameIsRefused(scope: String) throws {
        let shared = try TemporaryDirectory()
        #expect(throws: FileError.self) {
            try Lease.acquire(LeaseName(scope: scope, index: 1), in: shared.path, address: "a")
        }
    }
}
