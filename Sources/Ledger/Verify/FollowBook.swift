/// Whether a reader must have a status, may have it, or must not.
enum Claim: Int, Sendable, Comparable {
    case never
    /// A follow or an unfollow overlaps the status in time, or its outcome is unknown: either is right.
    case may
    case must

    static func < (one: Claim, other: Claim) -> Bool { one.rawValue < other.rawValue }
}

/// Who followed whom when: what the world began with, and what the ledger says since.
///
/// Memory: what was followed and unfollowed since; the world's rows are read one reader at a time.
struct FollowBook: Sendable {
    struct Event: Sendable, Hashable {
        var isFollow: Bool
        var begun: UInt64
        /// `.max` where nobody answered: it may take effect whenever.
        var ended: UInt64
    }

    private let following: @Sendable (UInt32) throws -> [UInt32]
    /// By follower, then by whom it followed or unfollowed.
    private var events: [UInt32: [UInt32: [Event]]] = [:]

    /// `following` answers whom an account followed when the world began, ascending.
    init(following: @escaping @Sendable (UInt32) throws -> [UInt32]) { self.following = following }

    mutating func add(_ event: Event, of follower: UInt32, to followee: UInt32) {
        events[follower, default: [:]][followee, default: []].append(event)
    }

    /// What one account follows; throws where the world cannot be read.
    func reader(_ number: UInt32) throws -> Reader {
        Reader(number: number, before: try following(number), since: events[number] ?? [:])
    }

    struct Reader: Sendable {
        let number: UInt32
        /// Ascending.
        fileprivate let before: [UInt32]
        fileprivate let since: [UInt32: [Event]]

        /// Everybody whose statuses may lie in the reader's home, the reader first; each once.
        var authors: [UInt32] {
            let others = since.isEmpty ? before : Array(Set(before).union(since.keys))
            return [number] + others.filter { $0 != number }
        }

        /// Whether a post belongs into the reader's home: one's own; of followed accounts all, reblogs among them, but
        /// their replies to accounts that the reader neither follows nor is.
        func claim(to post: PostBook.Post) -> Claim {
            if post.author == number { return .must }
            let byAuthor = claim(following: post.author, at: post.begun)
            guard post.reblogOf == 0, let repliedTo = post.other, repliedTo != number else { return byAuthor }
            return min(byAuthor, claim(following: repliedTo, at: post.begun))
        }

        /// Whether what follows from following an account holds for something that was sent at `time`. Deliveries
        /// happen some time after the post, so it may hold for whoever follows later, and not for whoever unfollows
        /// later.
        private func claim(following author: UInt32, at time: UInt64) -> Claim {
            let inWorld = followedBefore(author)
            guard let events = since[author] else { return inWorld ? .must : .never }
            return FollowBook.claim(beganFollowing: inWorld, events, at: time)
        }

        private func followedBefore(_ author: UInt32) -> Bool {
            var (low, high) = (0, before.count)
            while low < high {
                let middle = low + (high - low) / 2
                if before[middle] < author { low = middle + 1 } else { high = middle }
            }
            return low < before.count && before[low] == author
        }
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
