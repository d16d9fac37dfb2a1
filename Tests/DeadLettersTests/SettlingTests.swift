import DeadLetters
import DurableFiles
import FaultyFiles
import Glibc
import Testing

@Suite struct SettlingTests {
    @Test func whatIsSettledIsNotListedAndIsSettledOnce() throws {
        let box = DeadLetterBox(directory: "/box", files: FaultyFiles(seed: 1))
        try box.put(letter("a"), letter("b"))
        let ids = try box.everything().map(\.id)
        #expect(try box.settle([ids[0], ids[0]], as: .replayed, unixMilliseconds: 1) == 1)
        #expect(try box.settle([ids[0]], as: .dropped, unixMilliseconds: 2) == 0)
        #expect(try box.texts() == ["b"])
        #expect(try box.read(ids[0])?.settlement == .replayed)
        try box.reclaim()
        #expect(try box.read(ids[0])?.settlement == .replayed, "a file with an open letter stays")
    }

    @Test func aFileAllOfWhoseLettersAreSettledIsGivenBack() throws {
        let files = FaultyFiles(seed: 1)
        let box = DeadLetterBox(directory: "/box", files: files)
        try box.put(letter("a"))
        let id = try #require(try box.everything().first).id
        try box.settle([id], as: .dropped, unixMilliseconds: 1)
        try box.reclaim()
        #expect(!files.exists("/box/judge-3.log") && !files.exists("/box/judge-3.settled"))
        #expect(try box.settle([id], as: .dropped, unixMilliseconds: 1) == 0)

        // Another one at the same place is another one, even with the same bytes.
        try box.put(letter("a", at: 2))
        #expect(try box.read(id) == nil)
        #expect(try box.texts() == ["a"])
    }

    @Test func marksThatACrashLeavesBehindHideNoLaterLetter() throws {
        let files = FaultyFiles(seed: 1)
        let box = DeadLetterBox(directory: "/box", files: files)
        try box.put(letter("a"))
        try box.settle(try box.everything().map(\.id), as: .dropped, unixMilliseconds: 1)
        files.fail(.remove, after: 1, .system)
        #expect(throws: FileError.self) { try box.reclaim() }
        #expect(!files.exists("/box/judge-3.log") && files.exists("/box/judge-3.settled"))
        try box.put(letter("b", at: 2))
        #expect(try box.texts() == ["b"])
        try box.reclaim()
        #expect(try box.texts() == ["b"])
    }

    /// Whatever the moment of the crash: what was flushed is there, what was settled is settled.
    @Test func whatIsFlushedOrSettledOutlivesALossOfPower() throws {
        for seed in UInt64(1)...20 {
            for stop in 1...40 {
                let files = FaultyFiles(seed: seed)
                let box = DeadLetterBox(directory: "/box", files: files)
                var flushed: Set<String> = []
                var settled: Set<String> = []
                files.stop(after: stop)
                do {
                    for number in 0..<3 {
                        try box.put(letter("\(number)"))
                        flushed.insert("\(number)")
                    }
                    let first = try #require(try box.everything().first)
                    try box.settle([first.id], as: .replayed, unixMilliseconds: 1)
                    settled.insert("0")
                } catch is FileError {}
                files.losePower()
                let texts = Set(try box.texts())
                #expect(texts.isSuperset(of: flushed.subtracting(["0"])), "seed \(seed), stop \(stop)")
                #expect(texts.isDisjoint(with: settled), "seed \(seed), stop \(stop)")
                if flushed.contains("0") && !texts.contains("0") { #expect(flushed.count == 3) }
                try box.put(letter("after", at: 5))
                #expect(try box.texts().contains("after"), "seed \(seed), stop \(stop)")
            }
        }
    }

    @Test func whatCouldNotBeFlushedIsKept() throws {
        let files = FaultyFiles(seed: 1)
        let box = DeadLetterBox(directory: "/box", files: files)
        let file = box.file("judge-3")
        file.add(letter("a"))
        files.fail(.sync, .syncFailed)
        #expect(throws: FileError.self) { try file.flush() }
        file.add(letter("b"))
        try file.flush()
        #expect(Set(try box.texts()) == ["a", "b"])
        #expect(try box.texts().last == "b")
    }

    @Test func severalWritersShareAFileOnTheRealFilesystem() async throws {
        let directory = "/tmp/statuscast-dead-letters-\(UInt64.random(in: 0 ... .max))"
        let box = DeadLetterBox(directory: directory)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0..<5 { try box.put(letter("\(writer)/\(number)")) }
                }
            }
            try await group.waitForAll()
        }
        #expect(Set(try box.texts()).count == 20)
        try box.settle(try box.everything().map(\.id), as: .dropped, unixMilliseconds: 1)
        try box.reclaim()
        #expect(try box.everything().isEmpty)
        let files = PosixFileSystem()
        for name in try files.list(directory) { try files.remove(directory + "/" + name) }
        #expect(rmdir(directory) == 0)
    }
}
