/// Whether a reader must have a status, may have it, or must not.
enum Claim: Sendable, Hashable {
    case must
    /// A follow or an unfollow overlaps the status in time, or its outcome is unknown: either is right.
    case may
    case never
}

/// Who followed whom when: what the world began with, and what the ledger says since.
///
/// Memory: 4 bytes an edge of the world and 8 an account, and what was followed and unfollowed since.
struct FollowBook: Sendable {
    struct Event: Sendable, Hashable {
        var isFollow: Bool
        var begun: UInt64
        /// `.max` where nobody answered: it may take effect whenever.
        var ended: UInt64
    }

    private let world: EdgeTable
    private var events: [Pair: [Event]] = [:]
    /// For each follower, whom it followed or unfollowed since.
    private var touched: [UInt32: Set<UInt32>] = [:]

    private struct Pair: Hashable {
        var follower: UInt32
        var followee: UInt32
    }

    init(world: EdgeTable) { self.world = world }

    mutating func add(_ event: Event, of follower: UInt32, to followee: UInt32) {
        events[Pair(follower: follower, followee: followee), default: []].append(event)
        touched[follower, default: []].insert(followee)
    }

    /// Everybody whose statuses may lie in the reader's home, but for the reader; each once.
    func authors(readBy reader: UInt32) -> [UInt32] {
        let before = world.followees(of: reader)
        guard let since = touched[reader] else { return Array(before) }
        return Array(since.union(before))
    }

    /// Whether a status that was sent at `time` belongs into the reader's home. Deliveries happen some time after the
    /// post, so whoever follows later may find it, and whoever unfollows later need not.
    func claim(of reader: UInt32, to author: UInt32, at time: UInt64) -> Claim {
        if reader == author { return .must }
        let inWorld = world.contains(reader, author)
        guard let events = events[Pair(follower: reader, followee: author)] else { return inWorld ? .must : .never }
        return Self.claim(beganFollowing: inWorld, events, at: time)
    }

    static func claim(beganFollowing: Bool, _ events: [Event], at time: UInt64) -> Claim {
        let past = events.filter { $0.ended < time }
        let open = events.filter { $0.ended >= time }
        guard let last = past.max(by: { $0.begun < $1.begun }) else {
            if open.isEmpty { return beganFollowing ? .must : .never }
            if beganFollowing { return open.contains { !$0.isFollow } ? .may : .must }
            return open.contains { $0.isFollow } ? .may : .never
        }
        // Two that overlapped each other may have happened in either order.
        let isCertain = !past.contains { $0.isFollow != last.isFollow && $0.ended > last.begun }
        guard isCertain, !open.contains(where: { $0.isFollow != last.isFollow }) else { return .may }
        return last.isFollow ? .must : .never
    }
}

/// Edges of the world by follower, as numbers of accounts: 4 bytes an edge.
struct EdgeTable: Sendable {
    private let starts: [Int]
    private let followees: [UInt32]

    /// `forEach` is called twice, and gives the same edges both times: once to count them, once to keep them.
    init(accounts: Int, forEach: ((UInt32, UInt32) -> Void) throws -> Void) rethrows {
        var starts = [Int](repeating: 0, count: accounts + 1)
        try forEach { follower, _ in starts[Int(follower) + 1] += 1 }
        for index in 0..<accounts { starts[index + 1] += starts[index] }
        var next = starts
        var followees = [UInt32](repeating: 0, count: starts[accounts])
        try forEach { follower, followee in
            followees[next[Int(follower)]] = followee
            next[Int(follower)] += 1
        }
        for account in 0..<accounts { followees[starts[account]..<starts[account + 1]].sort() }
        self.starts = starts
        self.followees = followees
    }

    func followees(of follower: UInt32) -> ArraySlice<UInt32> {
        followees[starts[Int(follower)]..<starts[Int(follower) + 1]]
    }

    func contains(_ follower: UInt32, _ followee: UInt32) -> Bool {
        let row = followees(of: follower)
        var (low, high) = (row.startIndex, row.endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if row[middle] < followee { low = middle + 1 } else { high = middle }
        }
        return low < row.endIndex && row[low] == followee
    }
}
