internal import World

/// A status that was acknowledged.
struct Posted: Sendable {
    var status: UInt64
    /// By number among the active accounts.
    var author: Int
    /// Of its text.
    var number: UInt64
}

/// Statuses that are old enough to be reblogged: a front passes nothing on before the store knows what became of it, and
/// nobody reblogs within a second.
struct SettledStatuses: Sendable {
    static let ageNanoseconds: UInt64 = 3_000_000_000
    /// More are not needed to choose from; what comes while so many are young is left out.
    static let youngMax = 4_096

    private var young: [(posted: Posted, at: UInt64)] = []
    private var oldestYoung = 0
    private var settled = RecentThings<Posted>()
    private var gone: Set<UInt64> = []

    /// `now` is monotonic, in nanoseconds, and never smaller than before by more than a little.
    mutating func add(_ posted: Posted, now: UInt64) {
        settle(now)
        if young.count - oldestYoung < Self.youngMax { young.append((posted, now)) }
    }

    /// Nil where nothing is old enough, or the one drawn was deleted.
    mutating func any(_ random: inout SeededGenerator, now: UInt64) -> Posted? {
        settle(now)
        return settled.any(&random).flatMap { gone.contains($0.status) ? nil : $0 }
    }

    mutating func deleted(_ status: UInt64) { gone.insert(status) }

    private mutating func settle(_ now: UInt64) {
        while oldestYoung < young.count, young[oldestYoung].at + Self.ageNanoseconds <= now {
            settled.add(young[oldestYoung].posted)
            oldestYoung += 1
        }
        guard oldestYoung >= Self.youngMax else { return }
        young.removeFirst(oldestYoung)
        oldestYoung = 0
    }
}
