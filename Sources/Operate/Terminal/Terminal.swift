internal import Foundation

/// Standard output and standard error of a command.
enum Terminal {
    /// A line of the answer. Ends the process quietly where nobody reads any more, as `… | head` does.
    static func print(_ line: String) { write(Array((line + "\n").utf8)) }

    /// Bytes of the answer as they are.
    static func write(_ bytes: [UInt8]) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            exit(ExitStatus.failed.rawValue)
        }
    }

    /// A remark beside the answer.
    static func complain(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Part of a line on standard error.
    static func hint(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    /// One JSON object on a line of its own; keys sorted, so that equal things look equal, and in snake case, as the
    /// front and the metrics write theirs.
    static func print(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        write(Array(try encoder.encode(value)) + [UInt8(ascii: "\n")])
    }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Text that somebody else wrote, made harmless for a terminal: no control characters, one line unless
    /// `keepingLines`.
    static func harmless(_ text: String, keepingLines: Bool = false) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                let isLine = scalar == "\n" && keepingLines
                result.append(isLine ? scalar : scalar == "\n" || scalar == "\t" ? " " : "\u{FFFD}")
            // Marks that turn the direction of everything behind them.
            case .format where (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value):
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
