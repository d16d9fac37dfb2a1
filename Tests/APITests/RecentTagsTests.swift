import Testing

@testable import API

@Suite struct RecentTagsTests {
    @Test func theNewestAreKept() {
        let tags = RecentTags(limit: 10)
        for number in 0..<100 { tags.use(["tag\(number)", "again"]) }
        let found = tags.beginning(with: "tag")
        #expect((10...20).contains(found.count) && found.contains("tag99") && !found.contains("tag50"))
        #expect(tags.beginning(with: "x").isEmpty)
        #expect(found == found.sorted())
    }
}
