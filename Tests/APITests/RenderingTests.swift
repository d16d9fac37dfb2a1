import StatuscastModel
import Testing

@testable import API

@Suite struct RenderingTests {
    static let site = Site(domain: "localhost:3000", secure: false, title: "Test")

    @Test func jsonIsWrittenWithItsCommasAndEscapes() {
        var json = JSONWriter()
        json.beginObject()
        json.field("a", "x\"y\\z\n\u{1}é😀")
        json.field("b", count: -3)
        json.field("c", true)
        json.nullField("d")
        json.list("e", ["1", "2"])
        json.emptyArrayField("f")
        json.object("g") { $0.field("h", id: 7) }
        json.key("i j")
        json.raw(Array("[1]".utf8))
        json.endObject()
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"a":"x\"y\\z\n\u0001é😀","b":-3,"c":true,"d":null,"e":["1","2"],"f":[],"g":{"h":"7"},"i j":[1]}"#)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_760_469_026_017, "2025-10-14T19:10:26.017Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_709_164_799_999, "2024-02-28T23:59:59.999Z"),
            (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
        ] as [(UInt64, String)])
    func timesAreWrittenInUTCWithMilliseconds(_ milliseconds: UInt64, _ text: String) {
        #expect(Timestamp.dateTime(unixMilliseconds: milliseconds) == text)
        #expect(Timestamp.date(unixMilliseconds: milliseconds) == String(text.prefix(10)))
    }

    @Test func accountsAreAsOldAsTheirDay() {
        #expect(Timestamp.midnight(unixMilliseconds: 1_760_469_026_017) == "2025-10-14T00:00:00.000Z")
    }

    @Test(arguments: [
        ("hello", "<p>hello</p>"),
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("<script>alert('1')</script> & \"", "<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;</p>"),
        (
            "see https://a.example/x?y=1&z=<2>.",
            "<p>see <a href=\"https://a.example/x?y=1&amp;z=\" target=\"_blank\" rel=\"nofollow noopener noreferrer\" "
                + "translate=\"no\">https://a.example/x?y=1&amp;z=</a>&lt;2&gt;.</p>"
        ),
        (
            "#Foo",
            "<p><a href=\"http://localhost:3000/tags/foo\" class=\"mention hashtag\" rel=\"tag\">#<span>Foo</span></a></p>"
        ),
        (
            "@Bob and @eve",
            "<p><span class=\"h-card\" translate=\"no\"><a href=\"http://localhost:3000/@bob\" class=\"u-url mention\">"
                + "@<span>Bob</span></a></span> and @eve</p>"
        ),
        ("https://", "<p>https://</p>"),
        ("", ""),
    ])
    func textBecomesHTML(_ text: String, _ html: String) {
        #expect(StatusHTML.render(text, mentions: ["bob"], site: Self.site) == html)
    }

    @Test func nothingOfATextGetsOutUnescaped() {
        var generator = SystemRandomNumberGenerator()
        let pieces = ["<", ">", "\"", "'", "&", "#a", "@bob", "https://x/", "\n", " ", "é", "a<b"]
        for _ in 0..<500 {
            let text = (0..<12).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            let html = StatusHTML.render(text, mentions: ["bob"], site: Self.site)
            // What is left when our own markup is taken away must hold no bracket and no quote.
            let bare = html.replacing(/<\/?(p|br|a|span)( (href|class|rel|target|translate)="[^"<>]*")*>/, with: "")
            #expect(!bare.contains("<") && !bare.contains(">") && !bare.contains("\""), "\(text) → \(html)")
        }
    }

    @Test func aStatusHasEverythingThatClientsNeed() throws {
        let id = StatusID(unixMilliseconds: 1_760_469_026_017, node: 3, sequence: 1)
        let record = StatusRecord(
            id: id.rawValue, author: AccountID(rawValue: 12), spoiler: "cw", language: "en",
            mentions: [.init(account: AccountID(rawValue: 5), username: "bob")], tags: ["foo"], applicationName: "toot",
            applicationWebsite: "https://toot.example", text: "hi @bob #foo")
        let fragment = Fragment(record, authorUsername: "alice", authorDisplayName: "A", site: Self.site)
        var json = JSONWriter()
        fragment.write(account: fragment.standInAccount(site: Self.site), viewer: fragment.author, to: &json)
        let status = try JSONObject(json.bytes)
        #expect(status["id"] as? String == id.description)
        #expect(status["url"] as? String == "http://localhost:3000/@alice/\(id)")
        #expect(status["created_at"] as? String == "2025-10-14T19:10:26.017Z")
        #expect((status["account"] as? [String: Any])?["acct"] as? String == "alice")
        #expect((status["application"] as? [String: Any])?["website"] as? String == "https://toot.example")
        for field in [
            "uri", "content", "visibility", "sensitive", "spoiler_text", "language", "in_reply_to_id",
            "in_reply_to_account_id", "reblog", "media_attachments", "mentions", "tags", "emojis", "replies_count",
            "reblogs_count", "favourites_count", "favourited", "reblogged", "bookmarked", "muted", "pinned",
            "application", "card", "poll", "filtered", "edited_at",
        ] {
            #expect(status[field] != nil, "\(field) is missing")
        }
    }

    @Test(arguments: [
        ("\"Alice A\" <alice@host>", "Alice A", "alice"), ("alice <alice@host>", "alice", "alice"),
        ("\"a \\\"b\\\" \\\\\" <x@h>", "a \"b\" \\", "x"), ("<x@h>", "", "x"), ("x@h", "", "x"), ("", "", ""),
    ])
    func theAuthorIsReadFromAMailHeader(_ header: String, _ displayName: String, _ username: String) {
        let author = RecordReading.mailbox(in: header)
        #expect(author.displayName == displayName)
        #expect(author.username == username)
    }
}
