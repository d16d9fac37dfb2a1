public import HashRing
public import StatuscastModel

/// What judge and spread know of accounts: names, flags, how many follow them, and in which partitions those are.
///
/// Accounts are exact by version. `followers` is an estimate: a follow that comes again more than 65,536 follow events
/// later, or one that only changes its options, counts again; it decides nothing but the lane. The partitions of the
/// followers are a superset that only grows.
///
/// Memory: about 160 bytes an account with names of up to 15 bytes, 8 more for each further 64 partitions. A value: one
/// owner mutates it, or it lies behind a lock. A copy shares with it what neither has changed since, by partition.
public struct AuthorDirectory: AccountLookup {
    public struct Author: Sendable, Hashable {
        public let id: AccountID
        public let username: String
        public let displayName: String
        public let priority: Bool
        public let suspended: Bool
        /// Reaches only those who follow it.
        public let silenced: Bool
        public let deleted: Bool
        /// Estimated.
        public let followers: Int
    }

    public let partitions: PartitionCount
    var numbers: AccountNumbers
    /// By the account's partition.
    private(set) var shelves: [AuthorShelf]
    private var names = NameTable()
    var standings = Standings()
    var recentFollows = RecentEvents(count: 65_536)

    public init(partitions: PartitionCount) {
        self.partitions = partitions
        numbers = AccountNumbers(partitions: partitions)
        shelves = Array(repeating: AuthorShelf(partitions: partitions), count: partitions.rawValue)
    }

    /// Accounts whose creation has been seen.
    public var accountCount: Int { names.count }

    /// The account, if its creation has been seen.
    public subscript(account: AccountID) -> Author? {
        guard let entry = numbers.packed(of: account).map(entry), entry.version.rawValue > 0 else { return nil }
        let standing = standings[account]
        return Author(
            id: account, username: entry.username, displayName: entry.displayName,
            priority: standing?[.priority] ?? entry.priority, suspended: standing?[.suspended] ?? entry.suspended,
            silenced: standing?[.silenced] ?? false, deleted: standing?.isDeleted ?? false,
            followers: Int(max(entry.followers, 0)))
    }

    /// The account that has a username; case does not matter.
    public func account(named name: String) -> AccountID? {
        names[name.lowercased()].map(numbers.account)
    }

    /// Every partition in which the account has, or once had, a follower; ascending. Asked for `AccountID(followedTag:)`
    /// it is about those who follow the tag.
    public func partitionsOfFollowers(of account: AccountID) -> [PartitionIndex] {
        guard let packed = numbers.packed(of: account) else { return [] }
        return shelves[AccountNumbers.partition(of: packed)].followerPartitions.members(
            of: AccountNumbers.number(of: packed))
    }

    public mutating func apply(_ event: AccountEvent) {
        switch event.change {
        case .accountCreated(let account, _), .accountChanged(let account): set(account, event.id)
        case .followed(let follow):
            let isNew = recentFollows.isNew(event.id)
            self.follow(follow.followee, from: partitions.partition(of: follow.follower), isNew ? 1 : 0)
        case .unfollowed(_, let followee):
            if recentFollows.isNew(event.id) { change(followee) { $0.entries[$1].count(-1) } }
        case .accountsImported(let accounts): for entry in accounts.entries { set(entry.account, event.id) }
        case .followsImported(let lists):
            let growth: Int32 = recentFollows.isNew(event.id) ? 1 : 0
            for list in lists {
                let partition = partitions.partition(of: list.follower)
                for followee in list.followees { follow(followee, from: partition, growth) }
            }
        case .standingChanged, .accountDeleted: standings.apply(event)
        case .personal:
            guard let edge = event.tagEdge, edge.isOn else { return }
            follow(edge.followee, from: partitions.partition(of: edge.follower), 0)
        default: break
        }
    }

    public mutating func settle() {}

    private mutating func follow(_ followee: AccountID, from partition: PartitionIndex, _ growth: Int32) {
        change(followee) { shelf, number in
            shelf.followerPartitions.insert(partition, into: number)
            shelf.entries[number].count(growth)
        }
    }

    private mutating func set(_ account: Account, _ version: EventID) {
        let packed = change(account.id) { _, _ in }
        let old = entry(packed)
        guard version > old.version else { return }
        let (oldName, name) = (old.username.lowercased(), account.username.lowercased())
        if oldName != name { names.release(oldName, by: packed) }
        claim(name, packed, version)
        change(account.id) { shelf, number in
            shelf.entries[number].username = account.username
            shelf.entries[number].displayName = account.displayName
            shelf.entries[number].priority = account.priority
            shelf.entries[number].suspended = account.suspended
            shelf.entries[number].version = version
        }
    }

    /// Of a name that went from one account to another the later claim holds.
    private mutating func claim(_ name: String, _ packed: UInt64, _ version: EventID) {
        if let holder = names[name], entry(holder).version > version { return }
        names[name] = packed
    }

    private func entry(_ packed: UInt64) -> AuthorEntry {
        shelves[AccountNumbers.partition(of: packed)].entries[AccountNumbers.number(of: packed)]
    }

    /// Changes what is known of an account, one that was not named before included.
    @discardableResult
    private mutating func change(_ account: AccountID, _ body: (inout AuthorShelf, _ number: Int) -> Void) -> UInt64 {
        let packed = numbers.assign(account)
        let (partition, number) = (AccountNumbers.partition(of: packed), AccountNumbers.number(of: packed))
        if number == shelves[partition].entries.count { shelves[partition].appendEmpty() }
        body(&shelves[partition], number)
        return packed
    }

    /// Puts back an account that was not named before; false if it was.
    mutating func restore(_ account: AccountID, _ entry: AuthorEntry, followerPartitions: [UInt64]) -> Bool {
        guard numbers.packed(of: account) == nil else { return false }
        let packed = change(account) { shelf, number in
            shelf.entries[number] = entry
            shelf.followerPartitions.insert(bits: followerPartitions, into: number)
        }
        if entry.version.rawValue > 0 { claim(entry.username.lowercased(), packed, entry.version) }
        return true
    }
}
