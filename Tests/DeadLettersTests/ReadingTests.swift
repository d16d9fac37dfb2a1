import DeadLetters
import DurableFiles
import FaultyFiles
import Testing

@Suite struct ReadingTests {
    @Test func aLetterComesBackWithAllThatItSays() throws {
        let box = DeadLetterBox(directory: "/box", files: FaultyFiles(seed: 1))
        var record = letter("From \n\ndead-letter 1\n\u{0}", stage: "deliver")
        record.topic = "deliver.normal"
        record.lane = "normal"
        record.address = "home/12"
        record.id = 117_662_295_056_780_218
        record.content = .record
        var frame = letter("")
        frame.source?.item = nil
        frame.content = .frame
        try box.put(record, frame, letter("x"))

        let listed = try box.everything()
        #expect(listed.map(\.byteCount) == [record.bytes.count, 0, 1])
        #expect(listed.allSatisfy { $0.letter.bytes.isEmpty })
        let read = try listed.map { try box.read($0.id)?.letter }
        #expect(read == [record, frame, letter("x")])
    }

    @Test func bothKindsOfVersion1AreRead() throws {
        let box = try box(
            holding: """
                dead-letter 1
                time: 1795384140881
                lane: normal
                partition: 3
                source: 19a0c2f3e51-5f2c 7
                address: home/12
                id: 117
                reason: not permitted: open
                length: 3
                crc32: 352441c2

                abc
                dead-letter 1
                time: 1795384140882
                stage: judge
                topic: receive
                partition: 4
                source: 19a0c2f3e51-5f2c/7/-1
                reason: gone
                length: 0
                crc32: 00000000



                """)
        let letters = try box.everything().compactMap { try box.read($0.id)?.letter }
        try #require(letters.count == 2)
        #expect(letters[0].stage == "deliver" && letters[0].topic == "deliver.normal" && letters[0].lane == "normal")
        #expect(letters[0].content == .record && letters[0].address == "home/12" && letters[0].id == 117)
        #expect(letters[0].source == DeadLetter.Source(stream: "19a0c2f3e51-5f2c", number: 7))
        #expect(letters[0].bytes.elementsEqual("abc".utf8))
        #expect(letters[1].stage == "judge" && letters[1].partition == 4 && letters[1].content == nil)
        #expect(letters[1].source?.item == nil)
    }

    @Test func whatIsTornOrOfALaterReleaseIsPassedOver() throws {
        let files = FaultyFiles(seed: 1)
        let box = try box(
            holding: """
                dead-letter 3
                nothing known about it

                dead-letter 2
                time: 1
                stage: judge
                topic: receive
                partition: 3
                reason: torn
                length: 400
                crc32: 352441c2

                abc
                """, files: files)
        try box.put(letter("whole"))
        #expect(try box.texts() == ["whole"])
        #expect(try box.list(limit: 9).unreadableCount == 2)

        // What a later release wrote is not given back with the rest.
        try box.settle(try box.everything().map(\.id), as: .dropped, unixMilliseconds: 1)
        try box.reclaim()
        #expect(files.exists("/box/judge-3.log"))
    }

    @Test func aLongStretchOfDamageHidesNothingBehindIt() throws {
        for count in [262_100, 262_125, 262_131, 262_132, 262_133, 262_144, 262_150, 600_000] {
            let box = try box(holding: "dead-letter 2\n" + String(repeating: "x", count: count))
            try box.put(letter("behind"))
            #expect(try box.texts() == ["behind"], "\(count)")
        }
    }

    @Test func aListIsFilteredBoundedAndGoesOnWhereItEnded() throws {
        let box = DeadLetterBox(directory: "/box", files: FaultyFiles(seed: 1))
        for number in 0..<5 {
            try box.put(letter("j\(number)"), letter("s\(number)", stage: "store"), in: "file-\(number % 2)")
        }
        var seen: [DeadLetterID] = []
        while true {
            let page = try box.list(stage: "store", after: seen.last, limit: 2)
            #expect(page.letters.count <= 2)
            seen += page.letters.map(\.id)
            if !page.hasMore { break }
        }
        #expect(
            Set(try seen.map { String(decoding: try #require(try box.read($0)).letter.bytes, as: UTF8.self) })
                == ["s0", "s1", "s2", "s3", "s4"])
        #expect(seen == seen.sorted() && seen.count == 5)
    }

    @Test func anIdIsWrittenAndReadAndLeadsNowhereElse() throws {
        let box = DeadLetterBox(directory: "/box", files: FaultyFiles(seed: 1))
        try box.put(letter("a"), letter("b"))
        let ids = try box.everything().map(\.id)
        #expect(ids.map { DeadLetterID($0.description) } == ids)
        let others = [
            "", "judge-3", "judge-3.0", "../x.0.00000000", "judge-3.-1.00000000", "judge-3.0.0", "a.0.0000000g",
        ]
        for text in others {
            #expect(DeadLetterID(text) == nil, "\(text)")
        }
        for text in ["judge-3.0.00000000", "judge-3.1.00000000", "judge-3.99999999999.00000000", "none.0.00000000"] {
            #expect(try box.read(try #require(DeadLetterID(text))) == nil, "\(text)")
        }
    }

    @Test func aReasonStaysOneLine() throws {
        let box = DeadLetterBox(directory: "/box", files: FaultyFiles(seed: 1))
        try box.put(letter("a", reason: "one\n\ndead-letter 2\r" + String(repeating: "é", count: 100_000)))
        #expect(try box.everything().map { $0.letter.reason.prefix(20) } == ["one  dead-letter 2 é"])
    }
}
