public import HashRing
public import StatuscastModel

/// Who follows whom, for a delivery worker: the followers of an account in one partition, in ascending number. A tag is
/// an account here, see `AccountID(followedTag:)`.
///
/// It holds every edge whose follower lies in a partition that `keep` admits, whoever leases that partition just now:
/// a lease that comes or goes changes nothing here.
///
/// What is exact: until `settle`, the highest version of an edge wins whatever the order and however often an event
/// comes. Afterwards the same holds for events that are at most `rememberedMilliseconds` older (by their ids) than the
/// newest one applied; an older event wins over everything that has been forgotten, which is right for one that is
/// merely late and wrong for the repetition of one that was overtaken. Whoever doubts builds a new index. One that was
/// restored from a snapshot forgets nothing more until it is settled again.
///
/// Memory: 2 to 5 bytes an edge; while its version is remembered (it goes with `forget`, or when its rows are folded) 10 more, 1 or
/// 2 where it came with many others in one event; 16 for a removed one meanwhile; 13 to 19 an account. A value: one
/// owner mutates it, or it lies behind a lock. A copy shares with it what neither has changed since.
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

    /// By partition: whether its accounts' edges are held.
    let kept: [Bool]
    private let rememberedMilliseconds: UInt64
    var numbers: AccountNumbers
    /// By partition of the account that is followed, then by its number.
    var blocks: [[FollowerBlock?]]
    private(set) var newest = EventID(rawValue: 0)
    /// Versions below it are forgotten. It moves on with the newest event once the index is settled.
    private(set) var horizon: UInt64 = 0
    private var settled = false
    var standings = Standings()
    private var collected = EdgeRun()

    public init(
        partitions: PartitionCount, rememberedMilliseconds: UInt64 = 3_600_000,
        keep: @escaping @Sendable (PartitionIndex) -> Bool = { _ in true }
    ) {
        self.partitions = partitions
        self.rememberedMilliseconds = rememberedMilliseconds
        kept = partitions.all.map(keep)
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
            collect(lists, event.id)
            mergeCollected()
        case .standingChanged, .accountDeleted: standings.apply(event)
        case .personal:
            guard let edge = event.tagEdge else { return }
            set(edge.follower, edge.followee, event.id, following: edge.isOn)
        default: break
        }
    }

    /// Imported follows are sorted by where they go and merged into each block at once.
    public mutating func apply(_ events: [AccountEvent]) {
        for event in events {
            if case .followsImported(let lists) = event.change { collect(lists, event.id) } else { apply(event) }
        }
        mergeCollected()
    }

    /// Folds everything and forgets the versions of edges that have not changed lately.
    public mutating func settle() {
        settled = true
        moveHorizon()
        for part in 0..<forgettingParts { forget(part: part) }
    }

    public var forgettingParts: Int { blocks.count }

    public mutating func forget(part: Int) {
        guard settled else { return }
        for index in blocks[part].indices {
            guard blocks[part][index]?.isWorthFolding(forgettingBelow: horizon) == true else { continue }
            blocks[part][index]?.fold(forgettingBelow: horizon)
        }
    }

    mutating func restore(newest: EventID, horizon: UInt64, count: Int) {
        self.newest = newest
        self.horizon = horizon
        self.count = count
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
            let range =
                AccountNumbers.range(partition, from: first.number).lowerBound..<AccountNumbers.range(
                    partition, from: last.number
                ).lowerBound + 1
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

    /// What was forgotten stays so: it only rises.
    private mutating func moveHorizon() {
        let milliseconds = newest.unixMilliseconds
        horizon = max(horizon, (milliseconds - min(milliseconds, rememberedMilliseconds)) << 16)
    }

    private func block(of packed: UInt64) -> FollowerBlock? {
        let row = blocks[AccountNumbers.partition(of: packed)]
        let index = AccountNumbers.number(of: packed) / FollowerBlock.rows
        return index < row.count ? row[index] : nil
    }

    private mutating func set(_ follower: AccountID, _ followee: AccountID, _ version: EventID, following: Bool) {
        guard keeps(follower) else { return }
        let from = numbers.assign(follower)
        let to = numbers.assign(followee)
        passed(version)
        makeRoom(for: to)
        let (index, row) = AccountNumbers.number(of: to).quotientAndRemainder(dividingBy: FollowerBlock.rows)
        change(AccountNumbers.partition(of: to), index) { block in
            block.apply(row: row, follower: from, version: version.rawValue, following: following)
        }
    }

    private mutating func collect(_ lists: [AccountEvent.ImportedFollows], _ version: EventID) {
        passed(version)
        if collected.isFull { mergeCollected() }
        collected.begin(version)
        for list in lists where keeps(list.follower) {
            let from = numbers.assign(list.follower)
            for followee in list.followees {
                let to = numbers.assign(followee)
                makeRoom(for: to)
                collected.append(followee: to, follower: from)
            }
        }
    }

    private mutating func mergeCollected() {
        guard !collected.isEmpty else { return }
        var run = EdgeRun()
        swap(&run, &collected)
        run.forEachBlock(counts: blocks.map(\.count)) { partition, index, edges in
            change(partition, index) { $0.follow(edges) }
        }
    }

    private func keeps(_ follower: AccountID) -> Bool { kept[Int(partitions.partition(of: follower).rawValue)] }

    private mutating func passed(_ version: EventID) {
        newest = max(newest, version)
        if settled { moveHorizon() }
    }

    /// A place, though no block yet, for an account's followers.
    mutating func makeRoom(for packed: UInt64) {
        let partition = AccountNumbers.partition(of: packed)
        let missing = AccountNumbers.number(of: packed) / FollowerBlock.rows + 1 - blocks[partition].count
        if missing > 0 { blocks[partition].append(contentsOf: repeatElement(nil, count: missing)) }
    }

    private mutating func change(_ partition: Int, _ index: Int, _ body: (inout FollowerBlock) -> Int) {
        let horizon = self.horizon
        count += blocks[partition][index].mutate { block in
            let growth = body(&block)
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
