import Foundation
import Testing

@testable import Mailbox

/// What other programs see: the files are read with Python's own mbox and mail parsers.
@Suite struct PythonTests {
    private struct Seen: Decodable {
        var id: String
        var from: String
        var subject: String
        var spoiler: String
        var body: String
        var seconds: Int
    }

    private let script = """
        import base64, email, email.policy, json, mailbox, re, sys
        def b64(data): return base64.b64encode(data).decode()
        box = mailbox.mbox(sys.argv[1], create=False)
        seen = []
        for key in box.keys():
            mail = email.message_from_bytes(box.get_bytes(key), policy=email.policy.default)
            body = re.sub(rb'(?m)^>(>*From )', rb'\\1', mail.get_payload(decode=True))
            assert body.endswith(b'\\n'), body
            assert box.get_message(key).get_from().startswith('statuscast '), key
            seen.append({
                'id': mail['Message-ID'].split('@')[0][1:], 'from': str(mail['From']),
                'subject': b64(str(mail['Subject']).encode()),
                'spoiler': b64(str(mail['X-Statuscast-Spoiler']).encode()), 'body': b64(body[:-1]),
                'seconds': int(mail['Date'].datetime.timestamp())})
        print(json.dumps(seen))
        """

    @Test func everyRecordIsReadByPython() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        var texts: [(subject: String, spoiler: String, body: String)] = [
            ("", "", ""), ("Grüße aus Köln", "süß", "From \n>From \n\nFrom x\n"), ("a b", "x  y", "\n\n"),
            ("👩‍👩‍👧‍👦", String(repeating: "long ", count: 900) + "!", String(repeating: "日本語 ", count: 3000)),
        ]
        for _ in 0..<200 {
            texts.append(
                (random.hostileText(pieces: 9), random.hostileText(pieces: 60), random.hostileText(pieces: 15)))
        }
        let directory = try TemporaryDirectory()
        let writer = try MailboxWriter(root: directory.path, lane: "normal")
        for (index, text) in texts.enumerated() {
            let bytes = RecordFormat.render(
                id: UInt64(index), unixMilliseconds: UInt64(index) * 86_400_000_000 / 7, host: "localhost:3000",
                from: "alice_\(index)",
                subject: text.subject, inReplyTo: 4, headers: [("X-Statuscast-Spoiler", text.spoiler)], body: text.body)
            try writer.append([bytes[...]], to: aliceHome, term: 1)
        }
        let seen = try JSONDecoder().decode([Seen].self, from: python(script, [filePath(directory)]))
        try #require(seen.count == texts.count)
        for (index, text) in texts.enumerated() {
            #expect(seen[index].id == String(index))
            #expect(seen[index].from == "alice_\(index) <alice_\(index)@localhost>")
            #expect(seen[index].seconds == index * 86_400_000 / 7)
            #expect(decoded(seen[index].body) == Array(text.body.utf8), "seed \(seed)")
            #expect(
                decoded(seen[index].subject) == Array(text.subject.utf8),
                "seed \(seed) \(text.subject.debugDescription)")
            #expect(
                decoded(seen[index].spoiler) == Array(text.spoiler.utf8),
                "seed \(seed) \(text.spoiler.debugDescription)")
        }
    }

    private func decoded(_ text: String) -> [UInt8] { Array(Data(base64Encoded: text) ?? Data("not base64".utf8)) }
}
