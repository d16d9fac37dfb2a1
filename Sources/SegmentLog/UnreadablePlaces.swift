/// Which places a device has refused to read, and since when.
///
/// A device that cannot be read may be readable in a moment (a path that is switched over, a controller that starts
/// again), so a refusal is `.temporary` at first. A place that is refused for longer than the patience while the log
/// can still write is a bad sector: waiting for it would hold up its stream for good.
struct UnreadablePlaces {
    struct Place: Hashable {
        var segment: UInt64
        var offset: Int
    }

    /// More are not remembered: a device with that many is dying, and its consumers wait for an operator.
    static let countMax = 4_096

    private var refusedSince: [Place: ContinuousClock.Instant] = [:]

    /// Notes a refusal; true once the place has been refused for `patience`.
    mutating func isLost(_ place: Place, now: ContinuousClock.Instant, patience: Duration) -> Bool {
        if let since = refusedSince[place] { return now - since >= patience }
        if refusedSince.count < Self.countMax { refusedSince[place] = now }
        return false
    }

    mutating func wasRead(_ place: Place) { refusedSince[place] = nil }

    var isEmpty: Bool { refusedSince.isEmpty }
}
