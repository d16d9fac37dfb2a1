import DurableFiles
import Foundation
import Testing

@testable import Lease

@Suite struct CursorTests {
    private let name = LeaseName(scope: "judge", index: 0)

    @Test func aCursorIsKeptFromHolderToHolder() throws {
        let shared = try TemporaryDirectory()
        let first = try Lease.acquire(name, in: shared.path, address: "a")
        #expect(try first.loadCursor() == nil)
        for cursor in [[], [1, 2, 3], [UInt8](repeating: 7, count: 100_000)] {
            try first.saveCursor(cursor)
            #expect(try first.loadCursor() == cursor)
        }
        first.abandon()
        #expect(throws: FileError.self) { try first.saveCursor([9]) }
        let second = try acquireSoon(name, in: shared, address: "b")
        #expect(try second.loadCursor()?.count == 100_000)
    }

    @Test func aHolderThatWasOvertakenIsTold() throws {
        let shared = try TemporaryDirectory()
        let lease = try Lease.acquire(name, in: shared.path, address: "a")
        try CursorFile(path: shared.path + "/leases/judge/0.cursor", files: PosixFileSystem()).save([1], term: 2)
        let error = #expect(throws: FileError.self) { try lease.saveCursor([9]) }
        #expect(error?.code == .notPermitted)
        #expect(try lease.loadCursor() == [1])
    }

    @Test func everyDamageIsFoundAndNamed() throws {
        let shared = try TemporaryDirectory()
        let path = shared.path + "/leases/judge/0.cursor"
        let lease = try Lease.acquire(name, in: shared.path, address: "a")
        try lease.saveCursor(Array("where I am".utf8))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var variants = whole.indices.map { whole[..<$0] }
        for index in whole.indices {
            var flipped = whole
            flipped[index] ^= 0x20
            variants.append(flipped)
        }
        for variant in variants {
            try variant.write(to: URL(fileURLWithPath: path))
            #expect(#expect(throws: FileError.self) { try lease.loadCursor() }?.path == path)
        }
    }
}
