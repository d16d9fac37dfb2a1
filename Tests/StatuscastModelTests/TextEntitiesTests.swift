import StatuscastModel
import Testing

struct TextEntitiesTests {
    @Test(arguments: [
        ("hello @bob and @Carol_2", ["bob", "carol_2"], []),
        ("mail a@b.example, not a mention", [], []),
        ("#One #one #two-three", [], ["one", "two"]),
        ("(@bob) \"#tag\"", ["bob"], ["tag"]),
        ("https://example.org/@bob/#x", [], []),
        ("#123 #1a ## # @ @@", [], ["1a"]),
        ("#größe #日本", [], ["größe", "日本"]),
        ("@bob@bob @BOB", ["bob"], []),
    ])
    func mentionsAndTagsAreFound(text: String, mentions: [String], tags: [String]) {
        let entities = TextEntities(of: text)
        #expect(entities.mentionedNames == mentions)
        #expect(entities.tags == tags)
    }

    @Test func rangesCutOutWhatIsWritten() {
        let text = "ä @bob #tag"
        let bytes = Array(text.utf8)
        let written = TextEntities(of: text).entities.map { String(decoding: bytes[$0.range], as: UTF8.self) }
        #expect(written == ["@bob", "#tag"])
    }
}
