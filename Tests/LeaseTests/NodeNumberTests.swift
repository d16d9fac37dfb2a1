import DurableFiles
import Foundation
import Testing

@testable import Lease

@Suite struct NodeNumberTests {
    private let start: UInt64 = 1_795_381_331_000

    @Test func numbersOfRunningProcessesDiffer() throws {
        let shared = try TemporaryDirectory()
        let nodes = try (0..<20).map {
            try NodeNumber.acquire(in: shared.path, address: "node \($0)", nowUnixMilliseconds: start)
        }
        #expect(nodes.map(\.number) == Array(0..<20))
        #expect(nodes.allSatisfy { $0.startsAfterUnixMilliseconds == 0 })
        #expect(try NodeNumber.holder(of: 7, in: shared.path) == "node 7")
        nodes[7].release()
        nodes[7].release()
        #expect(try NodeNumber.holder(of: 7, in: shared.path) == nil)
        #expect(try NodeNumber.holder(of: 900, in: shared.path) == nil)
        #expect(throws: FileError.self) { try nodes[7].reserve(throughUnixMilliseconds: 1) }
    }

    @Test func aNumberRestsForTenMinutesAfterItsReservedTime() throws {
        let shared = try TemporaryDirectory()
        let first = try NodeNumber.acquire(in: shared.path, address: "a", nowUnixMilliseconds: start)
        try first.reserve(throughUnixMilliseconds: start + 10_000)
        first.release()
        let early = try NodeNumber.acquire(in: shared.path, address: "a", nowUnixMilliseconds: start + 609_999)
        #expect(early.number == 1)
        early.release()
        let backwards = try NodeNumber.acquire(in: shared.path, address: "a", nowUnixMilliseconds: 5)
        #expect(backwards.number == 1)
        backwards.release()
        let late = try NodeNumber.acquire(in: shared.path, address: "a", nowUnixMilliseconds: start + 610_000)
        #expect(late.number == 0 && late.startsAfterUnixMilliseconds == start + 10_000)
    }

    @Test func restartsEverySecondFindANumberForTenMinutesAndMore() throws {
        let shared = try TemporaryDirectory(inMemory: true)
        var used = Set<UInt16>()
        for second: UInt64 in 0..<620 {
            let now = start + second * 1000
            let node = try NodeNumber.acquire(in: shared.path, address: "a", nowUnixMilliseconds: now)
            try node.reserve(throughUnixMilliseconds: now + 10_000)
            node.release()
            used.insert(node.number)
        }
        #expect(used.count <= 611)
    }

    @Test func withoutAFreeNumberTheErrorSaysWhy() throws {
        let shared = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: shared.path + "/nodes", withIntermediateDirectories: true)
        var reserved = SealedText()
        reserved["version"] = "1"
        reserved["reserved"] = String(start)
        for number in 0..<1024 {
            let text = number == 5 ? "damaged" : reserved.text
            try text.write(toFile: shared.path + "/nodes/\(number).time", atomically: false, encoding: .utf8)
        }
        let error = #expect(throws: FileError.self) {
            try NodeNumber.acquire(in: shared.path, address: "a", nowUnixMilliseconds: start)
        }
        #expect(error?.code == .locked)
        #expect(error?.detail?.contains("1 have a damaged file") == true)
    }
}
