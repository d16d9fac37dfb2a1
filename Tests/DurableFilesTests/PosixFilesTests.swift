import DurableFiles
import Foundation
import Synchronization
import Testing

@Suite struct PosixFilesTests {
    @Test func theChecksumIsTheOneOfZlib() {
        #expect(Checksum.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Checksum.crc32(Array("56789".utf8), seed: Checksum.crc32(Array("1234".utf8))) == 0xCBF4_3926)
    }

    @Test func filesAreWrittenZeroFilledAndReadBack() throws {
        try withDirectory { directory in
            let files = PosixFileSystem()
            try files.createDirectories(directory + "/a/b")
            let file = try files.open(directory + "/a/b/file", .exclusive)
            try file.zeroFill(from: 0, count: 3 << 20)
            try file.write([1, 2, 3], at: 100)
            try file.sync()
            #expect(try file.size() == 3 << 20)
            #expect(try file.read(at: 99, count: 5) == [0, 1, 2, 3, 0])
            try file.truncate(to: 102)
            #expect(try file.read(at: 99, count: 5) == [0, 1, 2])
            try files.rename(directory + "/a/b/file", to: directory + "/a/b/other")
            try files.syncDirectory(directory + "/a/b")
            #expect(try files.list(directory + "/a/b") == ["other"])
        }
    }

    @Test func errorsAreKeptApart() throws {
        try withDirectory { directory in
            let files = PosixFileSystem()
            let path = directory + "/file"
            #expect(throws: FileError.self) { try files.open(path, .readOnly) }
            #expect(code { () throws(FileError) in _ = try files.open(path, .readWrite) } == .notFound)
            _ = try files.open(path, .create)
            #expect(code { () throws(FileError) in _ = try files.open(path, .exclusive) } == .exists)
            try files.replace(path, with: [1, 2, 3])
            #expect(code { () throws(FileError) in _ = try files.contents(of: path, limitBytes: 2) } == .system)
        }
    }

    @Test func fileThreadsRunEverythingTheyWereGiven() async {
        let threads = FileThreads(name: "test", count: 3)
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 1...100 {
                group.addTask { await threads.run { () throws(Never) in number } }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 5050)
        threads.stop()
        // Who comes too late must not wait for ever.
        for number in 1...20 {
            #expect(await threads.run { () throws(Never) in number } == number)
        }
    }

    private func code(_ body: () throws(FileError) -> Void) -> FileError.Code? {
        do throws(FileError) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }
}
