/// Writes times the way the client API wants them, in UTC, without a formatter.
enum Timestamp {
    /// `2026-10-14T19:10:26.017Z`
    static func dateTime(unixMilliseconds: UInt64) -> String {
        let milliseconds = unixMilliseconds % 1000
        let seconds = unixMilliseconds / 1000
        let second = seconds % 86_400
        return date(unixMilliseconds: unixMilliseconds) + "T" + padded(second / 3600, 2) + ":"
            + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2) + "." + padded(milliseconds, 3) + "Z"
    }

    /// `2026-10-14`
    static func date(unixMilliseconds: UInt64) -> String {
        let (year, month, day) = civil(day: Int(unixMilliseconds / 86_400_000))
        return padded(UInt64(year), 4) + "-" + padded(UInt64(month), 2) + "-" + padded(UInt64(day), 2)
    }

    /// The start of the day: the API tells accounts' ages by the day only.
    static func midnight(unixMilliseconds: UInt64) -> String {
        dateTime(unixMilliseconds: unixMilliseconds - unixMilliseconds % 86_400_000)
    }

    /// Days since 1970-01-01 to a Gregorian date: eras of 400 years of 146,097 days that begin in March.
    private static func civil(day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func padded(_ value: UInt64, _ width: Int) -> String {
        let digits = String(value)
        return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
