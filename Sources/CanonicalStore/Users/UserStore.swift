internal import DurableFiles
public import StatuscastModel

/// Accounts with credentials, follows, blocks, mutes, filters, applications and tokens, in `users-<n>.sqlite`.
///
/// The store holds facts that were judged before (`AccountEvent`); it refuses none but those that contradict what it
/// holds, and these it keeps in `conflicts`. All calls may run concurrently; they block threads of the store's own.
/// A fact belongs to the shard of the account that acts, see `shard(of:)`; so does the partition of topic `accounts`
/// that carries it.
public final class UserStore: Sendable {
    public let shardCount: Int
    let shards: [Shard]

    /// Opens or makes the files. Throws `.mismatch` where they were made for another number of shards,
    /// `.unsupportedVersion`, `.corrupt`, `.notPermitted`, `.full`.
    public static func open(
        in directory: StoreDirectory, shards count: Int = 1, journal: StoreJournal = .writeAheadLog
    ) async throws(StoreError) -> UserStore {
        let readers = Readers(name: "users-read")
        let shards = try await readers.threads.run { () throws(StoreError) in
            try Shard.openAll(
                in: directory, kind: "users", count: count, journal: journal, migrator: UserSchema.migrator,
                readers: readers)
        }
        return UserStore(shards: shards)
    }

    private init(shards: [Shard]) {
        shardCount = shards.count
        self.shards = shards
    }

    /// Applies facts of one shard, in order, and the cursor that stands for them, in one transaction. Durable when it
    /// returns; facts that are known already have no effect.
    @discardableResult
    public func apply(
        _ events: [AccountEvent], shard: Int, cursors: [CursorUpdate] = []
    ) async throws(StoreError) -> AppliedCounts {
        try await shards[shard].write { db in
            var batch = UserBatch()
            for event in events { try batch.apply(event, db) }
            try batch.finish(db)
            try SharedTables.write(cursors, db)
            return batch.counts
        }
    }

    public func shard(of account: AccountID) -> Int { Int(account.partitionHash % UInt64(shardCount)) }

    public func shard(of application: ApplicationID) -> Int {
        shard(of: AccountID(rawValue: application.rawValue))
    }

    /// Nil for a revocation, which goes where the token is, for a deleted account, which goes everywhere, and for an
    /// import of nothing.
    public func shard(of event: AccountEvent) -> Int? {
        switch event.change {
        case .accountCreated(let account, _), .accountChanged(let account): shard(of: account.id)
        case .followed(let follow): shard(of: follow.follower)
        case .unfollowed(let follower, _): shard(of: follower)
        case .applicationRegistered(let application): shard(of: application.id)
        case .tokenIssued(let token): token.account.map(shard(of:)) ?? shard(of: token.application)
        case .blocked(let blocker, _), .unblocked(let blocker, _): shard(of: blocker)
        case .muted(let mute): shard(of: mute.muter)
        case .unmuted(let muter, _): shard(of: muter)
        case .filterSet(let filter): shard(of: filter.owner)
        case .filterRemoved(let owner, _): shard(of: owner)
        case .standingChanged(let standing): shard(of: standing.account)
        case .accountsImported(let accounts): accounts.entries.first.map { shard(of: $0.account.id) }
        case .followsImported(let lists): lists.first.map { shard(of: $0.follower) }
        case .profileChanged(let profile): shard(of: profile.account)
        case .followRequested(let follow): shard(of: follow.follower)
        case .followRequestEnded(let follower, _): shard(of: follower)
        case .noteSet(let note): shard(of: note.owner)
        case .authorizationIssued(let authorization): shard(of: authorization.account)
        case .authorizationUsed(let use): shard(of: use.account)
        case .personal(let fact): shard(of: fact.owner)
        case .tokenRevoked, .accountDeleted: nil
        }
    }

    /// Lets what is under way finish; afterwards everything throws `.closed`.
    public func close() async {
        for shard in shards { await shard.close() }
    }
}

/// What a batch did.
public struct AppliedCounts: Sendable, Hashable {
    /// Facts that changed something.
    public var applied = 0
    /// Facts that were known, or older than what is known.
    public var repeated = 0
    /// Facts that contradict what is known; each is described for the log, and kept in the table `conflicts`.
    public var conflicts: [String] = []

    public init() {}

    public mutating func add(_ other: AppliedCounts) {
        applied += other.applied
        repeated += other.repeated
        conflicts += other.conflicts
    }
}
