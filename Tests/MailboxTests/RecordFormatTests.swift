import Testing

@testable import Mailbox

@Suite struct RecordFormatTests {
    @Test func aRecordLooksAsDocumented() throws {
        let bytes = RecordFormat.render(
            id: 117_662_431_000_000_064, unixMilliseconds: 1_795_381_331_123, host: "example.org:3000", from: "alice",
            subject: "Hello world", inReplyTo: 7, headers: [("X-Statuscast-Visibility", "public")],
            body: "Hello world\nFrom me\n>From you")
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                From statuscast Sun Nov 22 21:02:11 2026
                X-Statuscast-Record: 00117662431000000064 00000455 586097d6
                X-Statuscast-Time: 1795381331123
                Message-ID: <117662431000000064@example.org>
                Date: Sun, 22 Nov 2026 21:02:11 +0000
                From: alice <alice@example.org>
                Subject: Hello world
                In-Reply-To: <7@example.org>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit
                X-Statuscast-Visibility: public

                Hello world
                >From me
                >>From you


                """)
        #expect(bytes.count == 455)
    }

    @Test(arguments: [
        (0, "Thu Jan  1 00:00:00 1970"), (951_782_399_999, "Mon Feb 28 23:59:59 2000"),
        (951_782_400_000, "Tue Feb 29 00:00:00 2000"), (4_107_542_400_000, "Mon Mar  1 00:00:00 2100"),
        (1_794_268_800_000, "Tue Nov 10 00:00:00 2026"), (UInt64.max, "Fri Dec 31 23:59:59 9999"),
    ]) func timesReadAsCtimeWritesThem(milliseconds: UInt64, text: String) {
        #expect(CivilTime(unixMilliseconds: milliseconds).ctime == text)
        #expect(text.utf8.count == 24)
    }

    @Test(arguments: [
        "", "a", "a\n", "\n", "\n\n\n", "From ", "From x", ">From x", "x\nFrom y", "x\n\nFrom statuscast y\n\n",
        ">>>>From \n>From",
        "Fromage", "> From x", "a\r\nFrom b\r", "\u{1F600}", "text\u{0301}\nFrom\u{00A0}x",
        String(repeating: "lang ", count: 5000),
    ]) func bodiesComeBackExactly(body: String) throws {
        let bytes = record(5, body)
        #expect(Array(try RecordFormat.parse(bytes[...]).body.utf8) == Array(body.utf8))
        #expect(separators(in: bytes) == 1)
        #expect(bytes.suffix(2) == [10, 10])
    }

    @Test(arguments: [
        "plain", "", " lead", "trail ", "two  spaces", "=?utf-8?B?YQ==?=", "a =?x", "a=?b?=", "Grüße", "tab\there",
        "line\nbreak", "\r\n\r\nFrom x",
        "a\u{0}b", "👩‍👩‍👧‍👦 and more", String(repeating: "x", count: 975), String(repeating: "x", count: 976),
        String(repeating: "long words ", count: 400),
        String(repeating: "ü", count: 3000), "\u{7F}", "\u{2028}", "=", "?=", "key=value",
    ]) func headerValuesComeBackExactlyAndInjectNothing(value: String) throws {
        let bytes = record(5, "body", headers: [("X-Statuscast-Spoiler", value), ("X-Last", "end")])
        let parsed = try RecordFormat.parse(bytes[...])
        #expect(parsed.header("x-statuscast-SPOILER").map { Array($0.utf8) } == Array(value.utf8))
        #expect(parsed.header("X-Last") == "end")
        #expect(parsed.header("X-Injected") == nil)
        #expect(parsed.body == "body")
        expectMailLines(bytes)
    }

    @Test func randomRecordsComeBackExactly() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<800 {
            let body = random.hostileText(pieces: 12)
            let subject = random.hostileText(pieces: 8)
            let values = (0..<4).map { _ in random.hostileText(pieces: 30) }
            let id = random.next()
            let bytes = RecordFormat.render(
                id: id, unixMilliseconds: id >> 16, host: random.hostileText(pieces: 3),
                from: random.hostileText(pieces: 4),
                subject: subject, inReplyTo: nil,
                headers: values.enumerated().map { ("X-Field-\($0.offset)", $0.element) },
                body: body)
            let parsed = try RecordFormat.parse(bytes[...])
            #expect(parsed.id == id && parsed.unixMilliseconds == id >> 16)
            #expect(Array(parsed.body.utf8) == Array(body.utf8), "seed \(seed)")
            #expect(parsed.header("subject").map { Array($0.utf8) } == Array(subject.utf8), "seed \(seed)")
            for (index, value) in values.enumerated() {
                #expect(parsed.header("X-Field-\(index)").map { Array($0.utf8) } == Array(value.utf8), "seed \(seed)")
            }
            #expect(separators(in: bytes) == 1)
            expectMailLines(bytes)
        }
    }

    @Test func subjectsAreTheFirstWords() {
        #expect(RecordFormat.subject(ofBody: "") == "")
        #expect(RecordFormat.subject(ofBody: " one\n\ntwo\tthree ") == "one two three")
        #expect(
            RecordFormat.subject(ofBody: String(repeating: "word ", count: 30)) == String(repeating: "word ", count: 11)
                + "word…")
        #expect(
            RecordFormat.subject(ofBody: String(repeating: "x", count: 100)) == String(repeating: "x", count: 59) + "…")
    }

    @Test func everyFlippedBitIsFound() throws {
        let whole = record(9, "some body")
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 1 << UInt8(index % 8)
            #expect(throws: MailboxError.self) { try RecordFormat.parse(bytes[...]) }
        }
        for count in whole.indices {
            #expect(throws: MailboxError.self) { try RecordFormat.parse(whole[..<count]) }
        }
    }

    @Test func aNewerLayoutIsToldFromDamage() throws {
        let text = String(decoding: record(9), as: UTF8.self)
        let newer = Array(text.replacing("X-Statuscast-Record: ", with: "X-Statuscast-Record-2: ").utf8)
        let error = #expect(throws: MailboxError.self) { try RecordFormat.parse(newer[...]) }
        #expect(error?.code == .unsupportedVersion)
        #expect(#expect(throws: MailboxError.self) { try RecordFormat.parse([1, 2, 3]) }?.code == .corrupt)
    }

    /// How many lines would start a record for a reader of mbox files.
    private func separators(in bytes: [UInt8]) -> Int {
        bytes.split(separator: 10, omittingEmptySubsequences: false).count { $0.starts(with: "From ".utf8) }
    }

    /// Header lines are printable ASCII and no longer than mail allows.
    private func expectMailLines(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).prefix { !$0.isEmpty }
        #expect(lines.count >= 9)
        #expect(
            lines.allSatisfy { line in
                line.count <= 998 && line.allSatisfy { (0x20...0x7E).contains($0) } && line.contains { $0 != 0x20 }
            })
    }
}
