public import HashRing
public import StatuscastModel

/// Who follows whom, for a delivery worker: the followers of an account in one partition, in ascending number. A tag is
/// an account here, see `AccountID(followedTag:)`.
///
/// It holds every edge whose follower lies in a partition that `keep` admits, whoever leases that partition just now:
/// a lease that comes or goes changes nothing here.
///
/// What is exact: until `settle`, the highest version of an edge wins whatever the order and however often an event
/// comes, at about 12 bytes an edge. Afterwards the same holds for events that are at most `rememberedMilliseconds`
/// older (by their ids) than the newest one applied, at about 3 bytes an edge; an older event wins over everything that
/// has been forgotten, which is right for one that is merely late and wrong for the repetition of one that was
/// overtaken. Whoever doubts builds a new index.
///
/// Memory: 2 to 5 bytes an edge, 8 more while its version is remembered (it goes when its rows are folded next), 16 for
/// a removed one meanwhile; about 50 an account. A value: one owner mutates it, or it lies behind a lock.
public struct FollowerIndex: AccountLookup {
    /// A follower and its place among the accounts of its partition.
    public struct Follower: Sendable, Hashable {
        public let account: AccountID
        /// Dense within the partition, from 0; it stays the same as long as the index lives.
        public let number: UInt32

        public init(account: AccountID, number: UInt32) {
            self.account = account
            self.number = number
        }
    }

    public let partitions: PartitionCount
    /// Edges now.
    public private(set) var count = 0

    private let keep: @Sendable (PartitionIndex) -> Bool
    private let rememberedMilliseconds: UInt64
    private var numbers: AccountNumbers
    /// By partition of the account that is followed, then by its number.
    private var blocks: [[FollowerBlock?]]
    private var newest: EventID = EventID(rawValue: 0)
    private var settled = false
    private var standings = Standings()

    public init(
        partitions: PartitionCount, rememberedMilliseconds: UInt64 = 3_600_000,
        keep: @escaping @Sendable (PartitionIndex) -> Bool = { _ in true }
    ) {
        self.partitions = partitions
        self.rememberedMilliseconds = rememberedMilliseconds
        self.keep = keep
        numbers = AccountNumbers(partitions: partitions)
        blocks = Array(repeating: [], count: partitions.rawValue)
    }

    /// Accounts that occur in an edge, now or earlier.
    public var accountCount: Int { numbers.count }
    /// Bytes of rows and overlays, without the account numbers.
    public var edgeBytes: Int {
        blocks.reduce(0) {
            $0 + $1.reduce($1.capacity * MemoryLayout<FollowerBlock?>.stride) { $0 + ($1?.heldBytes ?? 0) }
        }
    }

    public mutating func apply(_ event: AccountEvent) {
        switch event.change {
        case .followed(let follow): set(follow.follower, follow.followee, event.id, following: true)
        case .unfollowed(let follower, let followee): set(follower, followee, event.id, following: false)
        case .followsImported(let lists):
            for list in lists {
                for followee in list.followees { set(list.follower, followee, event.id, following: true) }
            }
        case .standingChanged, .accountDeleted: standings.apply(event)
        case .personal:
            guard let edge = event.tagEdge else { return }
            set(edge.follower, edge.followee, event.id, following: edge.isOn)
        default: break
        }
    }

    /// Folds everything and forgets the versions of edges that have not changed lately.
    public mutating func settle() {
        settled = true
        let horizon = self.horizon
        for partition in blocks.indices {
            for index in blocks[partition].indices {
                blocks[partition][index]?.fold(forgettingBelow: horizon)
            }
        }
    }

    /// Whether `author` reaches only those who follow it.
    public func isSilenced(_ author: AccountID) -> Bool { standings[author]?[.silenced] ?? false }

    /// Whether an account of the partitions that are kept follows another.
    public func follows(_ follower: AccountID, _ followee: AccountID) -> Bool {
        guard let from = numbers.packed(of: follower), let to = numbers.packed(of: followee),
            let block = block(of: to)
        else { return false }
        var isFound = false
        block.visit(row: AccountNumbers.number(of: to) % FollowerBlock.rows, in: from..<from + 1) { _ in
            isFound = true
            return false
        }
        return isFound
    }

    /// Puts up to `limit` followers of an account that lie in one partition into `buffer`, replacing its content, in
    /// ascending number from `number` on. Answers the number to go on from, nil when there are no more.
    ///
    /// The index may change between two calls: edges that were there before the first and after the last are found.
    public func followers(
        of followee: AccountID, in partition: PartitionIndex, from number: UInt32 = 0, limit: Int = 1000,
        into buffer: inout [Follower]
    ) -> UInt32? {
        buffer.removeAll(keepingCapacity: true)
        guard let packed = numbers.packed(of: followee), let block = block(of: packed) else { return nil }
        let accounts = numbers.accounts(in: partition)
        let row = AccountNumbers.number(of: packed) % FollowerBlock.rows
        var next: UInt32?
        block.visit(row: row, in: AccountNumbers.range(partition, from: number)) { follower in
            let number = AccountNumbers.number(of: follower)
            guard buffer.count < limit else {
                next = UInt32(number)
                return false
            }
            buffer.append(Follower(account: accounts[number], number: UInt32(number)))
            return true
        }
        return next
    }

    /// Calls `body` with the followers of an account in one partition, at most `chunk` at a time, in a reused buffer.
    public func forEachFollower(
        of followee: AccountID, in partition: PartitionIndex, chunk: Int = 1000, _ body: ([Follower]) throws -> Void
    ) rethrows {
        var buffer: [Follower] = []
        var from: UInt32? = 0
        while let start = from {
            from = followers(of: followee, in: partition, from: start, limit: chunk, into: &buffer)
            if !buffer.isEmpty { try body(buffer) }
        }
    }

    /// Removes from `followers`, which are of one partition and in ascending number, those that do not follow `other`
    /// as well, but for those that `exempt` admits.
    ///
    /// A few are looked up one by one; of many the two rows are gone through side by side.
    public func keepFollowers(
        of other: AccountID, in partition: PartitionIndex, _ followers: inout [Follower],
        exempt: (AccountID) -> Bool
    ) {
        guard let first = followers.first, let last = followers.last else { return }
        if followers.count < Self.fewFollowers {
            return followers.removeAll { !follows($0.account, other) && !exempt($0.account) }
        }
        var both: [UInt32] = []
        if let packed = numbers.packed(of: other), let block = block(of: packed) {
            let range = AccountNumbers.range(partition, from: first.number).lowerBound
                ..< AccountNumbers.range(partition, from: last.number).lowerBound + 1
            block.visit(row: AccountNumbers.number(of: packed) % FollowerBlock.rows, in: range) { follower in
                both.append(UInt32(AccountNumbers.number(of: follower)))
                return true
            }
        }
        var position = 0
        followers.removeAll { follower in
            while position < both.count, both[position] < follower.number { position += 1 }
            if position < both.count, both[position] == follower.number { return false }
            return !exempt(follower.account)
        }
    }

    /// Below that a look-up each is cheaper than going through a popular account's row.
    private static let fewFollowers = 64

    private var horizon: UInt64 {
        let milliseconds = newest.unixMilliseconds
        return (milliseconds - min(milliseconds, rememberedMilliseconds)) << 16
    }

    private func block(of packed: UInt64) -> FollowerBlock? {
        let row = blocks[AccountNumbers.partition(of: packed)]
        let index = AccountNumbers.number(of: packed) / FollowerBlock.rows
        return index < row.count ? row[index] : nil
    }

    private mutating func set(_ follower: AccountID, _ followee: AccountID, _ version: EventID, following: Bool) {
        guard keep(partitions.partition(of: follower)) else { return }
        newest = max(newest, version)
        let from = numbers.assign(follower)
        let to = numbers.assign(followee)
        let partition = AccountNumbers.partition(of: to)
        let index = AccountNumbers.number(of: to) / FollowerBlock.rows
        if index >= blocks[partition].count {
            blocks[partition].append(contentsOf: repeatElement(nil, count: index + 1 - blocks[partition].count))
        }
        let row = AccountNumbers.number(of: to) % FollowerBlock.rows
        let horizon = settled ? self.horizon : 0
        count += blocks[partition][index].mutate { block in
            let growth = block.apply(row: row, follower: from, version: version.rawValue, following: following)
            if block.needsFolding { block.fold(forgettingBelow: horizon) }
            return growth
        }
    }
}

extension Optional where Wrapped == FollowerBlock {
    /// Changes the block in place, made now where there was none.
    fileprivate mutating func mutate(_ body: (inout FollowerBlock) -> Int) -> Int {
        var block = take() ?? FollowerBlock()
        defer { self = block }
        return body(&block)
    }
}
