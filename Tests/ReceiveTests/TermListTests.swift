import DurableFiles
import Foundation
import Logging
import StatuscastModel
import Testing

@testable import Receive

@Suite struct TermListTests {
    private func context(_ text: String, spoiler: String = "") -> ReceiveContext {
        let draft = StatusDraft(id: World.status(1), author: World.ada, text: text, spoiler: spoiler)
        return ReceiveContext(of: draft, knowing: World.directory())
    }

    @Test(arguments: [
        ("refuse word casino", "The CASINO opens", true), ("refuse word casino", "casinos", false),
        ("refuse word casino", "“casino”", true), ("refuse word ärger", "Viel Ärger!", true),
        ("refuse word ärger", "Verärgert", false), ("refuse word c++", "use c++, or not", true),
        ("refuse word buy  now", "buy now", false), ("refuse word buy now", "please buy now!", true),
        ("refuse text casino", "mycasinos", true), ("refuse text casino", "cas ino", false),
        ("refuse link spam.example", "see https://spam.example", true),
        ("refuse link spam.example", "see http://www.spam.example:8080/x?y", true),
        ("refuse link spam.example", "http://shop.spam.example/", true),
        ("refuse link spam.example", "http://notspam.example/", false),
        ("refuse link spam.example", "spam.example", false),
        ("refuse link spam.example", "https://user@spam.example.", true),
        ("refuse link a.example/bad", "http://a.example/bad/one", true),
        ("refuse link a.example/bad", "http://a.example/good", false),
        ("refuse link a.example", "(http://a.example)", true),
    ]) func aRuleFindsItsTerm(rule: String, text: String, isFound: Bool) {
        let list = TermList(parsing: rule)
        #expect(list.faults == [])
        #expect(list.matches(in: context(text)).isEmpty == !isFound)
        #expect(list.matches(in: context("x", spoiler: text)).isEmpty == !isFound, "the content warning counts")
    }

    @Test func faultyLinesAreToldAndTheOthersHold() {
        let list = TermList(
            parsing: """
                # words

                refuse word one
                ban word two
                hold sound three
                hold link
                hold link http://x.example
                copy:receive word four
                copy:route.alerts word five  
                """)
        #expect(list.rules.map(\.line) == [3, 9])
        #expect(list.faults.map(\.line) == [4, 5, 6, 7, 8])
        #expect(list.matches(in: context("five")).map(\.action) == [.copy(topic: "route.alerts")])
    }

    @Test func theListIsReadAgainWhenItsFileHasChanged() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/list.txt"
        #expect(throws: FileError.self) {
            try TermListFile(path: path, files: PosixFileSystem(), logger: Logger(label: "list"))
        }
        try "refuse word one\n".write(toFile: path, atomically: true, encoding: .utf8)
        let file = try TermListFile(path: path, files: PosixFileSystem(), logger: Logger(label: "list"))
        let hook = TermListHook(file: file)
        let draft = StatusDraft(id: World.status(1), author: World.ada, text: "one two")
        func decision() -> ReceiveDecision { hook.decision(on: draft, in: context(draft.text)) }
        #expect(decision() == .refuse("line 1 of the list of words and links"))
        try "hold word two\ncopy:route.alerts word one\n".write(toFile: path, atomically: true, encoding: .utf8)
        file.reloadIfChanged()
        #expect(decision() == .hold("line 1 of the list of words and links"))
        try "copy:route.alerts word one\n".write(toFile: path, atomically: true, encoding: .utf8)
        file.reload()
        #expect(decision() == .accept([RouteAction(topic: "route.alerts", hook: "list")]))
        try FileManager.default.removeItem(atPath: path)
        file.reload()
        #expect(decision() == .accept([RouteAction(topic: "route.alerts", hook: "list")]), "the last list stays")
    }
}
