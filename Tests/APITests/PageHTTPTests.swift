import Foundation
import FoundationNetworking
import StatuscastModel
import Testing

@testable import API

/// The pages for browsers and feed readers.
@Suite struct PageHTTPTests {
    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    private func text(_ answer: Answer) -> String { String(decoding: answer.data, as: UTF8.self) }

    @Test func everyTemplateIsWellFormed() throws { _ = try PageTemplates() }

    @Test func theHomePageShowsWhatIsSaidAndHowTheServerIs() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "<script>alert(1)</script> & #more", to: [.public])
            let page = try await world.get("/")
            let html = text(page)
            #expect(page.status == 200)
            #expect(page.header("Content-Type") == "text/html; charset=utf-8")
            #expect(page.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
            #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp;"))
            #expect(!html.contains("<script"))
            #expect(html.contains("All is well") && html.contains("bulk lane") && html.contains("up to date"))
            await world.stopStore()
            try await eventually("the page says what does not work") {
                text(try await world.get("/")).contains("Posting and reading work")
            }
        }
    }

    @Test func pagesShowStrangersWhatIsForThemAndNothingElse() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            let outbox = Address.outbox(alice)
            let visibilities: [Visibility] = [.public, .unlisted, .private, .direct]
            for (number, visibility) in visibilities.enumerated() {
                try world.deliver(
                    id(number), by: alice, named: "alice", "said \(visibility.name)", to: [outbox, .tag("x")],
                    visibility: visibility)
            }
            for path in ["/@alice", "/@ALICE", "/@alice.atom", "/tags/x"] {
                let shown = text(try await world.get(path))
                #expect(shown.contains("said public") && shown.contains("said unlisted"), "\(path)")
                #expect(!shown.contains("said private") && !shown.contains("said direct"), "\(path)")
            }
            for number in visibilities.indices {
                // What a page has shown once is known by its id.
                let status = try await world.get("/@alice/\(id(number))").status
                #expect(status == (number < 2 ? 200 : 404))
            }
            #expect(text(try await world.get("/@alice/\(id(1))")).contains("noindex"))
            _ = world.store.addPerson("bob", token: "b")
            for path in ["/@nobody", "/@nobody.atom", "/@bob/\(id(0))", "/@alice/1", "/@alice/x", "/@"] {
                let answer = try await world.get(path)
                #expect(answer.status == 404 && text(answer).contains("Not here"), "\(path)")
            }
            // The client API keeps its own words for what it does not know.
            for path in ["/api/nothing", "/nothing"] {
                #expect(try await world.get(path).error == "Not Found", "\(path)")
            }
        }
    }

    @Test func longListsGoOnOnOlderPages() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            for number in 1...45 {
                try world.deliver(id(number), by: alice, named: "alice", "n\(number)", to: [.outbox(alice)])
            }
            var path: String? = "/@alice"
            var seen: [String] = []
            while let next = path {
                let html = text(try await world.get(next))
                seen += html.matches(of: /<article id="([0-9]+)">/).map { String($0.1) }
                path = html.firstMatch(of: /rel="next" href="http:\/\/localhost:3000([^"]+)"/).map { String($0.1) }
            }
            #expect(seen == (1...45).reversed().map { String(id($0)) })
        }
    }

    @Test func whatABrowserHasIsNotSentAgain() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(id(1), by: alice, named: "alice", "one", to: [.outbox(alice)])
            let url = "http://127.0.0.1:\(world.port)/@alice"
            let first = try await world.get("/@alice")
            let tag = try #require(first.header("ETag"))
            #expect(first.header("Cache-Control") == "public, max-age=10")
            #expect(try await status(url, ifNoneMatch: tag) == 304)
            #expect(try await status(url, ifNoneMatch: "\"other\", \(tag.dropFirst(2))") == 304)
            #expect(try await status(url, ifNoneMatch: "\"other\"") == 200)
            try world.deliver(id(2), by: alice, named: "alice", "two", to: [.outbox(alice)])
            world.holder.announce(.outbox(alice))
            try await eventually("the new status shows") { try await status(url, ifNoneMatch: tag) == 200 }
        }
    }

    private func status(_ url: String, ifNoneMatch condition: String) async throws -> Int {
        var request = URLRequest(
            url: try #require(URL(string: url)), cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 20)
        request.setValue(condition, forHTTPHeaderField: "If-None-Match")
        let (_, response) = try await URLSession.shared.data(for: request)
        return try #require(response as? HTTPURLResponse).statusCode
    }

    @Test func theFeedIsXMLWhateverIsSaid() async throws {
        try await FrontWorld.run { world in
            let alice = world.store.addPerson("alice", token: "t")
            try world.deliver(
                id(1), by: alice, named: "alice", "a ]]> & \u{1} <b>\"q\"</b> \u{FFFE}", to: [.outbox(alice)])
            let feed = try await world.get("/@alice.atom")
            #expect(feed.header("Content-Type") == "application/atom+xml; charset=utf-8")
            let xml = text(feed)
            #expect(xml.contains("<title>a ]]&gt; &amp;  &lt;b&gt;&quot;q&quot;&lt;/b&gt; </title>"))
            // No character that XML 1.0 cannot hold.
            #expect(xml.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
            #expect(xml.contains("<id>http://localhost:3000/users/alice/statuses/\(id(1))</id>"))
        }
    }

    @Test(arguments: [
        (0, "up to date"), (60_000, "up to date"), (90_000, "90 seconds behind"), (600_000, "10 minutes behind"),
    ])
    func staleness(_ milliseconds: UInt64, _ text: String) {
        #expect(HomePage.state(behindMilliseconds: milliseconds) == text)
    }
}
