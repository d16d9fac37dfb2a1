/// One thing that is not as the ledger promises.
public struct Fault: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Acknowledged, and not where it has to be.
        case missing
        /// A reader sees it twice.
        case double
        /// Where it must not be: nobody there followed.
        case notAllowed = "not-allowed"
        /// Its delete was acknowledged, and it shows.
        case deletedShown = "deleted-shown"
        /// Nobody answered whether it was taken, and it is at some who must have it and not at others.
        case partial
        /// No ledger knows it.
        case neverPosted = "never-posted"
        /// Another text than was posted.
        case changed
        /// A record that cannot be read.
        case damaged
    }

    public var kind: Kind
    /// Nil where it is not known.
    public var status: UInt64?
    /// The mailbox, the file or the page.
    public var place: String
    public var detail: String

    public init(_ kind: Kind, status: UInt64?, place: String, detail: String) {
        self.kind = kind
        self.status = status
        self.place = place
        self.detail = detail
    }
}

/// What a verification has found: figures, and faults of which the first are named.
public struct Verdict: Sendable, Codable {
    /// Of each kind so many are named; all are counted.
    public static let namedMax = 50

    public internal(set) var acknowledged = 0
    public internal(set) var unknown = 0
    public internal(set) var deleted = 0
    /// Mailboxes and records that were read in files.
    public internal(set) var mailboxes = 0
    public internal(set) var records = 0
    /// Deliveries that had to be there, and those that were.
    public internal(set) var due = 0
    public internal(set) var found = 0
    /// Deliveries that may be there or not.
    public internal(set) var eitherOr = 0
    /// Records from before the ledger began.
    public internal(set) var earlier = 0
    /// Posts without an answer that are there, everywhere.
    public internal(set) var unknownEverywhere = 0
    public internal(set) var tornBytes = 0
    public internal(set) var readers = 0
    public internal(set) var shown = 0
    public private(set) var counts: [String: Int] = [:]
    public private(set) var named: [Fault] = []

    public var faults: Int { counts.values.reduce(0, +) }

    mutating func add(_ fault: Fault) {
        let count = counts[fault.kind.rawValue, default: 0] + 1
        counts[fault.kind.rawValue] = count
        if count <= Self.namedMax { named.append(fault) }
    }

    /// Adds what another thread has found.
    mutating func merge(_ other: Verdict) {
        mailboxes += other.mailboxes
        records += other.records
        due += other.due
        found += other.found
        eitherOr += other.eitherOr
        earlier += other.earlier
        tornBytes += other.tornBytes
        readers += other.readers
        shown += other.shown
        for (kind, count) in other.counts { counts[kind, default: 0] += count }
        for fault in other.named where named.count(where: { $0.kind == fault.kind }) < Self.namedMax {
            named.append(fault)
        }
    }
}
