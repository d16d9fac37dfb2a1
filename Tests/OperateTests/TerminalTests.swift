import Testing

@testable import Operate

struct TerminalTests {
    @Test func aTableIsAsWideAsItsWidestCellAndEndsWithoutSpaces() {
        var table = Table([.left("name"), .right("count"), .left("note")])
        table.add(["alice", "7", "x"])
        table.add(["bo", "1234567"])
        #expect(
            table.rendered() == """
                name     count  note
                alice        7  x
                bo     1234567
                """)
    }

    @Test func whatOthersWroteCannotCommandTheTerminal() {
        #expect(Terminal.harmless("a\u{1B}[31mb\nc\td\u{202E}e") == "a\u{FFFD}[31mb c d\u{FFFD}e")
        #expect(Terminal.harmless("a\nb", keepingLines: true) == "a\nb")
        #expect(Terminal.harmless("Grüße 👩‍👩‍👧") == "Grüße 👩‍👩‍👧")
    }

    @Test func progressSaysHowMuchOfWhat() {
        #expect(Progress.line(3, "mailboxes", of: nil) == "3 mailboxes")
        #expect(Progress.line(3, "mailboxes", of: 4) == "3 of 4 mailboxes, 75 %")
        #expect(Progress.line(5, "mailboxes", of: 4) == "5 of 4 mailboxes, 100 %")
    }
}
