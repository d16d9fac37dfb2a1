/// How a value is written: parsing, writing, and what to call the form in messages and in the example.
public struct Kind<Value: Sendable>: Sendable {
    public let form: String
    /// Whether the file may also give a YAML list; it arrives joined with commas.
    public let isList: Bool
    let parse: @Sendable (String) -> Value?
    let text: @Sendable (Value) -> String

    public init(
        _ form: String, isList: Bool = false, parse: @escaping @Sendable (String) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.form = form
        self.isList = isList
        self.parse = parse
        self.text = text
    }

    /// The same, or nothing, which is written as `absent`.
    public func optional(absent: String = "") -> Kind<Value?> {
        let (parse, text) = (self.parse, self.text)
        return Kind<Value?>(
            absent.isEmpty ? form : "\(form), or \(absent)", isList: isList,
            parse: { written in
                if written == absent, !absent.isEmpty { return .some(nil) }
                return parse(written).map { .some($0) }
            },
            text: { $0.map(text) ?? absent })
    }
}

extension Kind where Value == String {
    /// Text of at most `most` UTF-8 bytes in one line.
    public static func text(most: Int = 1_000, least: Int = 1) -> Kind {
        Kind(
            least == 0 ? "text" : "text, not empty",
            parse: { written in
                let isLine = written.utf8.allSatisfy { $0 >= 32 }
                return isLine && (least...most).contains(written.utf8.count) ? written : nil
            }, text: { $0 })
    }

    public static func choice(_ choices: [String]) -> Kind {
        Kind(choices.joined(separator: ", "), parse: { choices.contains($0) ? $0 : nil }, text: { $0 })
    }

    /// `unix:PATH` or `tcp:HOST:PORT`.
    public static var peerAddress: Kind {
        Kind(
            "unix:/PATH or tcp:HOST:PORT",
            parse: { written in
                if written.hasPrefix("unix:/") { return written }
                let isTCP = written.hasPrefix("tcp:") && HostAndPort(String(written.dropFirst(4))) != nil
                return isTCP ? written : nil
            }, text: { $0 })
    }
}

extension Kind where Value == Bool {
    public static func either(_ yes: String, _ no: String) -> Kind {
        Kind("\(yes) or \(no)", parse: { [yes: true, no: false][$0] }, text: { $0 ? yes : no })
    }

    public static var onOff: Kind { either("on", "off") }
}

extension Kind where Value == Int {
    public static func integer(_ range: ClosedRange<Int>) -> Kind {
        Kind(
            "\(range.lowerBound) to \(range.upperBound)",
            parse: { Int($0).flatMap { range.contains($0) ? $0 : nil } }, text: String.init)
    }

    /// Milliseconds, written with a unit.
    public static func duration(_ milliseconds: ClosedRange<Int>) -> Kind {
        measure(milliseconds, Unit.durations)
    }

    /// Bytes, written with a unit.
    public static func size(_ bytes: ClosedRange<Int>) -> Kind { measure(bytes, Unit.sizes) }

    private static func measure(_ range: ClosedRange<Int>, _ units: [Unit]) -> Kind {
        Kind(
            "\(Unit.text(range.lowerBound, units)) to \(Unit.text(range.upperBound, units))",
            parse: { Unit.value($0, units).flatMap { range.contains($0) ? $0 : nil } },
            text: { Unit.text($0, units) })
    }
}

extension Kind where Value == HostAndPort {
    public static var hostAndPort: Kind {
        Kind("HOST:PORT, for example 127.0.0.1:3000", parse: HostAndPort.init, text: \.description)
    }
}

extension Kind where Value == RateLimit {
    public static var rateLimit: Kind {
        Kind("COUNT/DURATION, for example 300/5m", parse: RateLimit.init, text: \.description)
    }
}
