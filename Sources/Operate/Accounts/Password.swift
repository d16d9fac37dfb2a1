internal import Foundation

/// Where the password of a new account comes from.
enum Password {
    /// About 119 bits from the system's generator, without letters that look alike.
    static func generated() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<20).map { _ in letters[Int.random(in: letters.indices, using: &generator)] })
    }

    /// Asked for twice, without showing it, on a terminal; otherwise the first line of standard input. Blocks.
    static func read() throws -> String {
        guard Terminal.inputIsTerminal else {
            guard let line = readLine(strippingNewline: true), !line.isEmpty else {
                throw OperateError(
                    .usage, "no password on standard input; give one there, or use --generate-password")
            }
            return line
        }
        let first = try HiddenLine.ask("password: ")
        guard try HiddenLine.ask("again: ") == first else {
            throw OperateError(.usage, "the two passwords are different; nothing was done")
        }
        return first
    }
}

/// A line typed on the terminal that does not show.
enum HiddenLine {
    static func ask(_ prompt: String) throws -> String {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else {
            throw OperateError(.failed, "the terminal cannot be asked not to show the password")
        }
        var hidden = before
        // Byte by byte and without signals, so that Ctrl-C comes here and the terminal is put right again first.
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        Terminal.hint(prompt)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            Terminal.hint("\n")
        }
        return try line()
    }

    private static func line() throws -> String {
        var bytes: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            guard read(STDIN_FILENO, &byte, 1) == 1 else { throw interrupted }
            switch byte {
            case 10, 13: return String(decoding: bytes, as: UTF8.self)
            case 3, 4: throw interrupted
            case 8, 127:
                // A whole letter, whatever its bytes.
                while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
            case 21: bytes = []
            default: bytes.append(byte)
            }
        }
    }

    private static var interrupted: OperateError { OperateError(.failed, "interrupted; nothing was done") }
}
