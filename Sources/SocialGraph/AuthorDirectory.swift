public import HashRing
public import StatuscastModel

/// What judge and spread know of accounts: names, flags, how many follow them, and in which partitions those are.
///
/// Accounts are exact by version. `followers` is an estimate: a follow that comes again more than 65,536 follow events
/// later, or one that only changes its options, counts again; it decides nothing but the lane. The partitions of the
/// followers are a superset that only grows.
///
/// Memory: about 150 bytes an account with names of up to 15 bytes, 8 more for each further 64 partitions. A value: one
/// owner mutates it, or it lies behind a lock.
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

    private struct Entry {
        let id: AccountID
        var username = ""
        var displayName = ""
        /// Of names and flags; 0 for an account that only follows have named.
        var version = EventID(rawValue: 0)
        var priority = false
        var suspended = false
        var followers: Int32 = 0
    }

    public let partitions: PartitionCount
    private var entries: [Entry] = []
    private var indexByAccount: [AccountID: UInt32] = [:]
    private var indexByName: [String: UInt32] = [:]
    private var followerPartitions: PartitionSets
    private var standings = Standings()
    private var recentFollows = RecentEvents(count: 65_536)

    public init(partitions: PartitionCount) {
        self.partitions = partitions
        followerPartitions = PartitionSets(partitions: partitions)
    }

    /// Accounts whose creation has been seen.
    public var accountCount: Int { indexByName.count }

    /// The account, if its creation has been seen.
    public subscript(account: AccountID) -> Author? {
        guard let index = indexByAccount[account], entries[Int(index)].version.rawValue > 0 else { return nil }
        let entry = entries[Int(index)]
        let standing = standings[account]
        return Author(
            id: entry.id, username: entry.username, displayName: entry.displayName,
            priority: standing?[.priority] ?? entry.priority, suspended: standing?[.suspended] ?? entry.suspended,
            silenced: standing?[.silenced] ?? false, deleted: standing?.isDeleted ?? false,
            followers: Int(max(entry.followers, 0)))
    }

    /// The account that has a username; case does not matter.
    public func account(named name: String) -> AccountID? {
        indexByName[name.lowercased()].map { entries[Int($0)].id }
    }

    /// Every partition in which the account has, or once had, a follower; ascending. Asked for `AccountID(followedTag:)`
    /// it is about those who follow the tag.
    public func partitionsOfFollowers(of account: AccountID) -> [PartitionIndex] {
        indexByAccount[account].map { followerPartitions.members(of: Int($0)) } ?? []
    }

    public mutating func apply(_ event: AccountEvent) {
        switch event.change {
        case .accountCreated(let account, _), .accountChanged(let account): set(account, event.id)
        case .followed(let follow):
            let index = self.index(of: follow.followee)
            followerPartitions.insert(partitions.partition(of: follow.follower), into: index)
            if recentFollows.isNew(event.id) { entries[index].followers += 1 }
        case .unfollowed(_, let followee):
            if recentFollows.isNew(event.id) { entries[index(of: followee)].followers -= 1 }
        case .accountsImported(let accounts): for entry in accounts.entries { set(entry.account, event.id) }
        case .followsImported(let lists): follow(lists, isNew: recentFollows.isNew(event.id))
        case .standingChanged, .accountDeleted: standings.apply(event)
        case .personal:
            guard let edge = event.tagEdge, edge.isOn else { return }
            followerPartitions.insert(partitions.partition(of: edge.follower), into: index(of: edge.followee))
        default: break
        }
    }

    public mutating func settle() {}

    private mutating func follow(_ lists: [AccountEvent.ImportedFollows], isNew: Bool) {
        for list in lists {
            let partition = partitions.partition(of: list.follower)
            for followee in list.followees {
                let index = self.index(of: followee)
                followerPartitions.insert(partition, into: index)
                if isNew { entries[index].followers += 1 }
            }
        }
    }

    private mutating func set(_ account: Account, _ version: EventID) {
        let index = self.index(of: account.id)
        guard version > entries[index].version else { return }
        let oldName = entries[index].username.lowercased()
        let name = account.username.lowercased()
        if oldName != name, indexByName[oldName] == UInt32(index) { indexByName[oldName] = nil }
        if let holder = indexByName[name], entries[Int(holder)].version > version {
            // A name that went from one account to another: the later claim holds.
        } else {
            indexByName[name] = UInt32(index)
        }
        entries[index].username = account.username
        entries[index].displayName = account.displayName
        entries[index].priority = account.priority
        entries[index].suspended = account.suspended
        entries[index].version = version
    }

    private mutating func index(of account: AccountID) -> Int {
        if let known = indexByAccount[account] { return Int(known) }
        let index = entries.count
        entries.append(Entry(id: account))
        followerPartitions.appendEmpty()
        indexByAccount[account] = UInt32(index)
        return index
    }
}
