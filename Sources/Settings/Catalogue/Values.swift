/// A unit that people write behind a number.
struct Unit: Sendable {
    let suffix: String
    let factor: Int

    /// Of milliseconds, the largest first.
    static let durations = [
        Unit(suffix: "d", factor: 86_400_000), Unit(suffix: "h", factor: 3_600_000), Unit(suffix: "m", factor: 60_000),
        Unit(suffix: "s", factor: 1_000), Unit(suffix: "ms", factor: 1),
    ]

    /// Of bytes, the largest first.
    static let sizes = [
        Unit(suffix: "TiB", factor: 1 << 40), Unit(suffix: "GiB", factor: 1 << 30),
        Unit(suffix: "MiB", factor: 1 << 20),
        Unit(suffix: "KiB", factor: 1 << 10), Unit(suffix: "B", factor: 1),
    ]

    /// Nil without a unit: a bare number would be read differently by everybody.
    static func value(_ text: String, _ units: [Unit]) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text[digits.endIndex...].drop { $0 == " " }
        guard let number = Int(digits), let unit = units.first(where: { $0.suffix == suffix }) else { return nil }
        let (value, isTooLarge) = number.multipliedReportingOverflow(by: unit.factor)
        return isTooLarge ? nil : value
    }

    /// In the largest unit that leaves no rest.
    static func text(_ value: Int, _ units: [Unit]) -> String {
        guard value != 0, let unit = units.first(where: { value % $0.factor == 0 }) else {
            return "0" + (units.last?.suffix ?? "")
        }
        return "\(value / unit.factor)\(unit.suffix)"
    }
}

/// Where something listens on TCP.
public struct HostAndPort: Sendable, Hashable, CustomStringConvertible {
    public var host: String
    /// 0 takes a free one.
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Nil unless the text is HOST:PORT; a literal IPv6 address stands in brackets.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
        self.init(host: String(host), port: Int(port))
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// What to bind: `localhost` may be two addresses of which only one would be bound, and clients try 127.0.0.1 in
    /// any case.
    public var bindHost: String { host == "localhost" ? "127.0.0.1" : host }
}

/// So many in a window, by account or address.
public struct RateLimit: Sendable, Hashable, CustomStringConvertible {
    public var count: Int
    public var windowSeconds: Int

    public init(count: Int, windowSeconds: Int) {
        self.count = count
        self.windowSeconds = windowSeconds
    }

    /// Nil unless the text is COUNT/DURATION, at least 1 in 1 s to 7 days.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), (1...1_000_000_000).contains(count),
            let milliseconds = Unit.value(String(parts[1]), Unit.durations), milliseconds % 1_000 == 0,
            (1_000...7 * 86_400_000).contains(milliseconds)
        else { return nil }
        self.init(count: count, windowSeconds: milliseconds / 1_000)
    }

    public var description: String { "\(count)/\(Unit.text(windowSeconds * 1_000, Unit.durations))" }
}
