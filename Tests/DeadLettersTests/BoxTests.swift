import DurableFiles
import Foundation
import Testing

@testable import DeadLetters

struct BoxTests {
    private func inBox(_ body: (String, DeadLetterBox) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "box-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path, DeadLetterBox(directory: path))
    }

    private func letter(_ id: UInt64, stage: String = "judge", bytes: Int = 7) -> DeadLetter {
        DeadLetter(
            stage: stage, topic: "receive", partition: 3, source: DeadLetterSource(stream: "a-b", number: id, item: 0),
            id: id, reason: "two lines", unixMilliseconds: 5 + id, bytes: [UInt8](repeating: 10, count: bytes)[...])
    }

    private func write(_ text: String, _ path: String) throws {
        try FileManager.default.createDirectory(atPath: parentDirectory(of: path), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test func entriesComeBackAsTheyWereAndCanBeBounded() throws {
        try inBox { path, box in
            #expect(try box.list(limit: 9).entries.isEmpty)
            let file = DeadLetterFile(directory: path, name: "judge")
            for id in 1...3 { file.add(letter(UInt64(id))) }
            try file.flush()
            let other = DeadLetterFile(directory: path, name: "spread")
            other.add(letter(4, stage: "spread"))
            try other.flush()
            let all = try box.list(limit: 9)
            #expect(all.entries.map(\.letter.id) == [1, 2, 3, 4] && !all.hasMore && all.damage.isEmpty)
            #expect(try box.list(stage: "spread", limit: 9).entries.map(\.letter.id) == [4])
            #expect(try box.list(limit: 2).hasMore)
            let id = try #require(DeadLetterID(all.entries[1].id.description))
            #expect(try box.read(id) == letter(2))
        }
    }

    @Test func aTornEntryHidesNoneBehindIt() throws {
        let whole = EntryFormat.encoded(letter(1))
        for cut in 1..<whole.count {
            try inBox { path, box in
                try write(String(decoding: whole.prefix(cut), as: UTF8.self), path + "/judge.log")
                let file = DeadLetterFile(directory: path, name: "judge")
                file.add(letter(2))
                try file.flush()
                let listing = try box.list(limit: 9)
                #expect(listing.entries.map(\.letter.id) == [2], "cut at \(cut)")
                #expect(listing.damage == ["judge.log at 0"], "cut at \(cut)")
            }
        }
    }

    @Test func settlingIsIdempotentAndGivesTheSpaceBack() throws {
        try inBox { path, box in
            let file = DeadLetterFile(directory: path, name: "judge")
            for id in 1...10 { file.add(letter(UInt64(id), bytes: 20_000)) }
            try file.flush()
            let ids = try box.list(limit: 99).entries.map(\.id)
            try box.settle([ids[4]], as: .replayed)
            try box.settle([ids[4]], as: .dropped)
            #expect(try box.read(ids[4]) == nil)
            #expect(try box.list(limit: 99).entries.map(\.id) == ids.filter { $0 != ids[4] })
            try box.settle(Array(ids.prefix(7)), as: .dropped)
            #expect(try box.list(limit: 99).entries.map(\.id) == Array(ids.suffix(3)))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/judge.log")).count < 70_000)
            #expect(!FileManager.default.fileExists(atPath: path + "/judge.log.settled"))
            try box.settle(ids, as: .dropped)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/judge.log")).isEmpty)
            file.add(letter(11))
            try file.flush()
            #expect(try box.list(limit: 99).entries.map(\.letter.id) == [11])
        }
    }

    @Test func entriesOfTheFirstVersionAreRead() throws {
        try inBox { path, box in
            try write(
                """
                dead-letter 1
                time: 1700000000000
                lane: normal
                partition: 3
                source: a-b 7
                address: home/12
                id: 99
                reason: two lines
                length: 0
                crc32: 00000000



                """, path + "/deliver-normal.log")
            try write(
                """
                dead-letter 1
                time: 5
                stage: judge
                topic: receive
                partition: 3
                source: a-b/7/-1
                reason: gone
                length: 0
                crc32: 00000000



                """, path + "/judge-3.log")
            let entries = try box.list(limit: 9).entries
            #expect(entries.map(\.letter.stage) == ["deliver", "judge"])
            #expect(entries.map(\.letter.topic) == ["deliver.normal", "receive"])
            #expect(entries.first?.letter.address == "home/12" && entries.first?.letter.source?.number == 7)
            #expect(entries.last?.letter.source?.isWholeFrame == true)
            try box.settle(entries.map(\.id), as: .dropped)
            #expect(try box.list(limit: 9).entries.isEmpty)
        }
    }

    @Test func whatIsNoIDIsRefused() {
        for text in ["", "judge", "../x.4k2m09qv71ab", "judge.short", "judge.4k2m09qv71aU", ".4k2m09qv71ab"] {
            #expect(DeadLetterID(text) == nil)
        }
    }
}
