internal import World

/// What is done besides posting: each number is a rate in relation to that of statuses.
public struct ActionMix: Sendable, Hashable {
    /// The share of statuses that answer another one.
    public var replies = 0.2
    /// Of statuses of this run, some seconds old.
    public var reblogs = 0.0
    public var deletes = 0.0
    public var follows = 0.0
    public var unfollows = 0.0
    /// Home pages.
    public var reads = 0.0

    public init() {}

    /// Arrivals for each status.
    var multiple: Double { 1 + reblogs + deletes + follows + unfollows + reads }

    func draw(_ random: inout SeededGenerator) -> Action.Kind {
        var left = random.uniform() * multiple - 1
        if left < 0 { return .post }
        for (kind, share) in [(Action.Kind.read, reads), (.reblog, reblogs), (.delete, deletes), (.follow, follows)] {
            left -= share
            if left < 0 { return kind }
        }
        return unfollows > 0 ? .unfollow : .post
    }
}

/// Something that is due.
struct Action: Sendable {
    enum Kind: Int, Sendable, CaseIterable {
        case post
        case reblog
        case delete
        case follow
        case unfollow
        case read
        /// A look whether a status is visible. No load of the plan's.
        case look

        var name: String { "\(self)" }
    }

    var kind: Kind
    /// Monotonic nanoseconds.
    var due: UInt64
    /// Who does it, by number among the active accounts.
    var account: Int
    /// A post's parent, the status to reblog, to delete or to look for, or 0.
    var status: UInt64 = 0
    /// Whom it concerns: who is to be followed, or the author of a post's parent or of what is reblogged.
    var other = 0
    /// Of a post, or of what is reblogged: makes its text unlike all others.
    var number: UInt64 = 0
    /// The probe that this belongs to.
    var probe: Int?
}
