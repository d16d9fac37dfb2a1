/// A moment of UTC by calendar and clock, as mail writes it.
struct CivilTime: Hashable {
    var year: Int
    /// 1 to 12.
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
    /// 0 is Sunday.
    var weekday: Int

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The last second of the year 9999: later moments are written as this one, so that a year has four digits.
    private static let lastSecond: UInt64 = 253_402_300_799

    init(unixMilliseconds: UInt64) {
        let seconds = Int(min(unixMilliseconds / 1000, Self.lastSecond))
        let days = seconds / 86_400
        let rest = seconds % 86_400
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        weekday = (days + 4) % 7

        // Counted in eras of 400 years that begin on 1 March, so that the leap day is a year's last.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The 24 characters of C's `ctime` without its newline: `Sun Nov  2 08:05:09 2026`.
    var ctime: String {
        let padded = day < 10 ? " \(day)" : "\(day)"
        return "\(Self.weekdays[weekday]) \(Self.months[month - 1]) \(padded) \(clock) \(fourDigits)"
    }

    /// RFC 5322: `Sun, 2 Nov 2026 08:05:09 +0000`.
    var mailDate: String {
        "\(Self.weekdays[weekday]), \(day) \(Self.months[month - 1]) \(fourDigits) \(clock) +0000"
    }

    private var clock: String { "\(two(hour)):\(two(minute)):\(two(second))" }
    private var fourDigits: String { paddedDecimal(UInt64(year), width: 4) }
    private func two(_ value: Int) -> String { paddedDecimal(UInt64(value), width: 2) }
}

/// Decimal digits with zeros in front, at least `width` of them.
func paddedDecimal(_ value: UInt64, width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
