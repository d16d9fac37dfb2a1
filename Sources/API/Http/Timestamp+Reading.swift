extension Timestamp {
    /// Reads what clients write for a moment: `2026-12-01T10:00:00Z`, with a space for the T, a fraction, an offset as
    /// `+01:00` or `+0100`, or none of these for UTC. Nil for anything else, and for what lies before 1970.
    static func unixMilliseconds(of text: String) -> UInt64? {
        var digits = text.utf8[...]
        guard let year = number(&digits, 4), skip(&digits, "-"), let month = number(&digits, 2), skip(&digits, "-"),
            let day = number(&digits, 2), skip(&digits, "T") || skip(&digits, " "), let hour = number(&digits, 2),
            skip(&digits, ":"), let minute = number(&digits, 2),
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60
        else { return nil }
        var second = 0
        var milliseconds = 0
        if skip(&digits, ":") {
            guard let read = number(&digits, 2), read <= 60 else { return nil }
            second = read
            if skip(&digits, ".") {
                let fraction = digits.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                guard !fraction.isEmpty else { return nil }
                digits = digits.dropFirst(fraction.count)
                milliseconds = fraction.prefix(3).enumerated().reduce(0) { sum, digit in
                    sum + Int(digit.element - UInt8(ascii: "0")) * [100, 10, 1][digit.offset]
                }
            }
        }
        guard let offset = offsetMinutes(digits) else { return nil }
        let minutes = (daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offset
        return minutes < 0 ? nil : UInt64((minutes * 60 + second) * 1_000 + milliseconds)
    }

    private static func offsetMinutes(_ text: Substring.UTF8View) -> Int? {
        var rest = text
        if rest.isEmpty || (skip(&rest, "Z") && rest.isEmpty) { return 0 }
        let isEast = skip(&rest, "+")
        guard isEast || skip(&rest, "-"), let hours = number(&rest, 2), hours < 24 else { return nil }
        _ = skip(&rest, ":")
        let minutes = rest.isEmpty ? 0 : number(&rest, 2)
        guard let minutes, minutes < 60, rest.isEmpty else { return nil }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }

    private static func number(_ text: inout Substring.UTF8View, _ count: Int) -> Int? {
        let digits = text.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        text = text.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func skip(_ text: inout Substring.UTF8View, _ sign: Unicode.Scalar) -> Bool {
        guard text.first == UInt8(ascii: sign) else { return false }
        text = text.dropFirst()
        return true
    }

    /// The reverse of what writing does: eras of 400 years of 146,097 days that begin in March.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return shifted / 400 * 146_097 + dayOfEra - 719_468
    }
}
