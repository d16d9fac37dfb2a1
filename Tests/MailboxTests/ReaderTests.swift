import Foundation
import Testing

@testable import Mailbox

@Suite struct ReaderTests {
    @Test func anAbsentMailboxIsEmpty() throws {
        let directory = try TemporaryDirectory()
        let reader = MailboxReader(root: directory.path, memoryBytesMax: 1 << 20)
        let page = try reader.page(aliceHome, limit: 20)
        #expect(page.records.isEmpty && page.damaged.isEmpty && page.signature.isEmpty)
        #expect(try reader.signature(aliceHome).isEmpty)
    }

    @Test func lanesAndTermsAreMergedByIdWithoutDoubles() throws {
        let directory = try TemporaryDirectory()
        let normal = try MailboxWriter(root: directory.path, lane: "normal")
        let bulk = try MailboxWriter(root: directory.path, lane: "bulk")
        try normal.append([1, 9, 4].map { record($0)[...] }, to: aliceHome, term: 1)
        try normal.append([9, 12, 5].map { record($0)[...] }, to: aliceHome, term: 2)
        try bulk.append([3, 7, 9, 9].map { record($0)[...] }, to: aliceHome, term: 5)
        try bulk.append(
            [99].map { record($0)[...] },
            to: MailboxLocation(hash: aliceHome.hash, owner: "account-12", kind: "outbox"), term: 5)
        let reader = MailboxReader(root: directory.path, memoryBytesMax: 1 << 20)
        #expect(try reader.page(aliceHome, limit: 20).records.map(\.id) == [12, 9, 7, 5, 4, 3, 1])
        #expect(try reader.page(aliceHome, limit: 2).records.map(\.id) == [12, 9])
        #expect(try reader.page(aliceHome, below: 9, limit: 2).records.map(\.id) == [7, 5])
        #expect(try reader.page(aliceHome, above: 3, limit: 3).records.map(\.id) == [12, 9, 7])
        #expect(try reader.page(aliceHome, above: 3, fromOldest: true, limit: 2).records.map(\.id) == [5, 4])
        #expect(try reader.page(aliceHome, below: 9, above: 4, fromOldest: true, limit: 9).records.map(\.id) == [7, 5])
        #expect(try reader.page(aliceHome, below: 4, above: 9, limit: 9).records.isEmpty)
        #expect(try reader.page(aliceHome, limit: 3) { $0 == 9 || $0 == 7 }.records.map(\.id) == [12, 5, 4])
        let page = try reader.page(aliceHome, limit: 1)
        #expect(page.records[0].bytes == record(12))
        #expect(page.signature.keys.sorted() == ["home.bulk.5.mbox", "home.normal.1.mbox", "home.normal.2.mbox"])
        #expect(try page.signature == reader.signature(aliceHome))
    }

    @Test func pagesAreExactForRandomArrivals() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let directory = try TemporaryDirectory()
        let writers = try ["normal", "bulk", "priority"].map { try MailboxWriter(root: directory.path, lane: $0) }
        let reader = MailboxReader(root: directory.path, memoryBytesMax: 4096)
        var ids = Set<UInt64>()
        for round in 0..<150 {
            let bundle = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                UInt64(max(1, round * 10 + Int.random(in: -200...40, using: &random)))
            }
            ids.formUnion(bundle)
            try writers[Int.random(in: 0..<3, using: &random)].append(
                bundle.map { record($0, "body of \($0)")[...] }, to: aliceHome,
                term: UInt64.random(in: 1...3, using: &random))
            let below = Bool.random(using: &random) ? UInt64.random(in: 0...1600, using: &random) : nil
            let above = Bool.random(using: &random) ? UInt64.random(in: 0...1600, using: &random) : nil
            let fromOldest = Bool.random(using: &random)
            let limit = Int.random(in: 1...40, using: &random)
            let page = try reader.page(aliceHome, below: below, above: above, fromOldest: fromOldest, limit: limit) {
                $0 % 7 == 0
            }
            let inRange = ids.filter { $0 < below ?? .max && $0 > above ?? 0 && $0 % 7 != 0 }.sorted(by: >)
            let expected = fromOldest ? inRange.suffix(limit) : inRange.prefix(limit)
            #expect(page.records.map(\.id) == Array(expected), "seed \(seed)")
            #expect(page.records.allSatisfy { $0.bytes == record($0.id, "body of \($0.id)") }, "seed \(seed)")
        }
    }

    @Test func aTornTailIsNotShownUntilItIsWhole() throws {
        let directory = try TemporaryDirectory()
        let reader = MailboxReader(root: directory.path, memoryBytesMax: 1 << 20)
        let last = record(2, "second")
        for count in last.indices {
            try write(record(1) + last[..<count], to: filePath(directory))
            let page = try reader.page(aliceHome, limit: 9)
            #expect(page.records.map(\.id) == [1] && page.damaged.isEmpty, "torn after \(count) bytes")
        }
        try write(record(1) + last, to: filePath(directory))
        #expect(try reader.page(aliceHome, limit: 9).records.map(\.id) == [2, 1])
    }

    @Test func aTailThatIsCutOffAndWrittenAgainIsReadAnew() throws {
        let directory = try TemporaryDirectory()
        let reader = MailboxReader(root: directory.path, memoryBytesMax: 1 << 20)
        try write(record(1) + record(2).dropLast(5), to: filePath(directory))
        #expect(try reader.page(aliceHome, limit: 9).records.map(\.id) == [1])
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        try writer.append([record(3)[...]], to: aliceHome, term: 1)
        #expect(try reader.page(aliceHome, limit: 9).records.map(\.id) == [3, 1])
    }

    @Test func aFlippedByteCostsItsRecordOnlyWhereverItIs() throws {
        let directory = try TemporaryDirectory()
        let records = [record(1, "one"), record(2, "two\n\nFrom me"), record(3, "three")]
        let middle = records[0].count..<records[0].count + records[1].count
        for index in middle {
            var bytes = records.flatMap { $0 }
            bytes[index] ^= 0x15
            try write(bytes, to: filePath(directory))
            let page = try MailboxReader(root: directory.path, memoryBytesMax: 1 << 20).page(aliceHome, limit: 9)
            #expect(page.records.map(\.id) == [3, 1], "flipped at \(index)")
            #expect(page.damaged.map(\.offset) == [middle.lowerBound], "flipped at \(index)")
            #expect(page.damaged.map(\.path) == [filePath(directory)])
        }
    }

    @Test func damageThatComesLaterIsFoundAndADoubleIsShownInstead() throws {
        let directory = try TemporaryDirectory()
        let reader = MailboxReader(root: directory.path, memoryBytesMax: 1 << 20)
        try write(record(1) + record(2), to: filePath(directory))
        try write(record(2), to: filePath(directory, "home.normal.2.mbox"))
        #expect(try reader.page(aliceHome, limit: 9).records.count == 2)
        var damaged = record(1) + record(2)
        damaged[damaged.count - 3] ^= 1
        let handle = try #require(FileHandle(forWritingAtPath: filePath(directory)))
        try handle.write(contentsOf: damaged)
        try handle.close()
        let page = try reader.page(aliceHome, limit: 9)
        #expect(page.records.map(\.id) == [2, 1])
        #expect(page.damaged.map(\.offset) == [record(1).count])
    }

    @Test func aNewerRecordLayoutIsRefusedByName() throws {
        let directory = try TemporaryDirectory()
        let text = String(decoding: record(2), as: UTF8.self)
        try write(record(1) + Array(text.replacing("Record: ", with: "Record-2: ").utf8), to: filePath(directory))
        let error = #expect(throws: MailboxError.self) {
            try MailboxReader(root: directory.path, memoryBytesMax: 1 << 20).page(aliceHome, limit: 9)
        }
        #expect(error?.code == .unsupportedVersion)
        #expect(error?.path == filePath(directory) && error?.offset == record(1).count)
    }

    @Test func tailingGivesEveryRecordOnceInOrderOfArrival() throws {
        let directory = try TemporaryDirectory()
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        let reader = MailboxReader(root: directory.path, memoryBytesMax: 1 << 20)
        var offsets: [String: Int] = [:]
        #expect(try reader.records(aliceHome, afterOffsets: &offsets).isEmpty)
        try writer.append([record(5)[...], record(2)[...]], to: aliceHome, term: 1)
        #expect(try reader.records(aliceHome, afterOffsets: &offsets) == [record(5), record(2)])
        #expect(try reader.records(aliceHome, afterOffsets: &offsets).isEmpty)
        try writer.append([record(3)[...]], to: aliceHome, term: 2)
        try writer.append([record(4)[...]], to: aliceHome, term: 1)
        #expect(try reader.records(aliceHome, afterOffsets: &offsets) == [record(4), record(3)])
        try write(try bytes(of: filePath(directory)) + Array("garbage\n\n".utf8) + record(6), to: filePath(directory))
        var damaged: [Int] = []
        let last = try reader.records(aliceHome, afterOffsets: &offsets) { _, offset in damaged.append(offset) }
        #expect(last == [record(6)])
        #expect(damaged.count == 1)
    }

    @Test func readersWhileAWriterWritesSeeAGrowingPrefix() throws {
        let directory = try TemporaryDirectory()
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        let reader = MailboxReader(root: directory.path, memoryBytesMax: 1 << 20)
        let total: UInt64 = 1500
        DispatchQueue.concurrentPerform(iterations: 3) { worker in
            if worker == 0 {
                for id in stride(from: 1, through: total, by: 3) {
                    #expect(throws: Never.self) {
                        try writer.append((id..<id + 3).map { record($0, "body \($0)")[...] }, to: aliceHome, term: 1)
                    }
                }
                return
            }
            var newest: UInt64 = 0
            while newest < total {
                guard let page = try? reader.page(aliceHome, limit: 10) else {
                    Issue.record("a page failed")
                    return
                }
                let ids = page.records.map(\.id)
                #expect(ids == (0..<UInt64(ids.count)).map { (ids.first ?? 0) - $0 } && page.damaged.isEmpty)
                #expect(ids.first ?? 0 >= newest)
                newest = ids.first ?? 0
            }
        }
    }

    @Test func manyMailboxesStayWithinTheMemoryGiven() throws {
        let directory = try TemporaryDirectory()
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        let reader = MailboxReader(root: directory.path, memoryBytesMax: 100_000)
        for round in 0..<2 {
            for account in UInt64(0)..<500 {
                let location = MailboxLocation(hash: account << 50, owner: "account-\(account)", kind: "home")
                if round == 0 { try writer.append([record(account + 1)[...]], to: location, term: 1) }
                #expect(try reader.page(location, limit: 9).records.map(\.id) == [account + 1])
                #expect(reader.memoryBytes <= 100_000)
            }
        }
        #expect(reader.memoryBytes > 50_000)
    }
}
