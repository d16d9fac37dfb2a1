internal import ArgumentParser
internal import DeadLetters
internal import Settings

/// `statuscast queue inspect`
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show a dead letter with all its fields and its bytes.",
        discussion: """
            Bytes that are text are shown as text, others in hexadecimal. With --json: `text`, or `base64` where it is \
            none.
            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The id that `statuscast queue dead-letters` shows.")
    var id: String

    @Flag(name: .long, help: "Show the bytes in hexadecimal, whatever they are.")
    var hex = false

    func run() async throws {
        let desk = try DeadLetterDesk(data)
        let ids = try DeadLetterArguments([id]).ids
        for letter in try await desk.read(ids) {
            let report = DeadLetterReport(letter, withBytes: true)
            if output.json { return try Terminal.print(json: report) }
            for line in report.lines { Terminal.print(line) }
            guard letter.byteCount > 0 else { continue }
            Terminal.print("")
            if let text = printable(report.text) {
                Terminal.print(Terminal.harmless(text, keepingLines: true))
            } else {
                for line in HexDump.lines(letter.letter.bytes) { Terminal.print(line) }
            }
        }
    }

    /// Nil for what a terminal would not show as it is.
    private func printable(_ text: String?) -> String? {
        guard !hex, let text else { return nil }
        let isBinary = text.unicodeScalars.contains { $0.value < 32 && !"\n\t\r".unicodeScalars.contains($0) }
        return isBinary ? nil : text
    }
}
