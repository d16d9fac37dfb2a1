internal import HashRing
internal import StatuscastModel

/// What is known of the accounts of one partition, by number.
struct AuthorShelf: Sendable {
    var entries: [AuthorEntry] = []
    var followerPartitions: PartitionSets

    init(partitions: PartitionCount) { followerPartitions = PartitionSets(partitions: partitions) }

    mutating func appendEmpty() {
        entries.append(AuthorEntry())
        followerPartitions.appendEmpty()
    }
}

struct AuthorEntry: Sendable {
    var username = ""
    var displayName = ""
    /// Of names and flags; 0 for an account that only follows have named.
    var version = EventID(rawValue: 0)
    var followers: Int32 = 0
    var priority = false
    var suspended = false

    mutating func count(_ growth: Int32) { followers = Int32(clamping: Int64(followers) + Int64(growth)) }
}

/// Accounts by folded name. In parts, so that a copy that is changed copies one of them.
struct NameTable: Sendable {
    private var parts = [[String: UInt64]](repeating: [:], count: 64)

    var count: Int { parts.reduce(0) { $0 + $1.count } }

    subscript(name: String) -> UInt64? {
        get { parts[part(name)][name] }
        set { parts[part(name)][name] = newValue }
    }

    mutating func release(_ name: String, by packed: UInt64) {
        if self[name] == packed { self[name] = nil }
    }

    private func part(_ name: String) -> Int { Int(StableHash.hash(name) % 64) }
}
