public import HashRing
public import StatuscastModel

/// What recipients do not want delivered, for a worker: blocks in both directions, mutes, reblogs switched off, and the
/// words of their filters. It holds the recipients whose partition `keep` admits.
///
/// Nearly all pairs of accounts have no rule between them, and that costs nearly nothing: an author that is party to no
/// rule is told by one look-up an item, and a recipient without one by a bit (`PresenceFilter`).
///
/// Of two events about the same thing the higher id wins. That a rule was taken back is remembered for
/// `rememberedMilliseconds` (by ids) at least. A follow with reblogs is remembered only where there was one without.
///
/// Memory: about 120 bytes a pair with a rule; a filter about its words. A value: one owner mutates it, or it lies
/// behind a lock.
public struct RecipientRules: Sendable {
    /// What stands between a recipient and somebody else.
    public struct Relation: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let blocks = Relation(rawValue: 1)
        public static let blockedBy = Relation(rawValue: 2)
        public static let mutes = Relation(rawValue: 4)
        public static let mutesNotifications = Relation(rawValue: 8)
        public static let hidesReblogs = Relation(rawValue: 16)
    }

    struct Pair: Hashable {
        let other: UInt64
        let recipient: UInt64

        @inline(__always) var key: UInt64 { other &* 0xD6E8_FEB8_6659_FD93 ^ recipient }
    }

    private let partitions: PartitionCount
    private let keep: @Sendable (PartitionIndex) -> Bool
    private let rememberedMilliseconds: UInt64
    private(set) var edges: [Pair: RuleEdge] = [:]
    /// How many recipients have a rule about an account.
    private var parties: [UInt64: Int32] = [:]
    private var pairs = PresenceFilter(capacity: 0)
    private var endedEdges = 0
    private(set) var filters: [UInt64: OwnerFilters] = [:]
    private var filterOwners = PresenceFilter(capacity: 0)
    private(set) var newest = EventID(rawValue: 0)

    public init(
        partitions: PartitionCount, rememberedMilliseconds: UInt64 = 3_600_000,
        keep: @escaping @Sendable (PartitionIndex) -> Bool = { _ in true }
    ) {
        self.partitions = partitions
        self.rememberedMilliseconds = rememberedMilliseconds
        self.keep = keep
    }

    // MARK: Questions

    /// Whether any recipient has a rule about this account. Ask once an item.
    public func isParty(_ account: AccountID) -> Bool { parties[account.rawValue] != nil }

    /// Whether any recipient hides words.
    public var hasFilters: Bool { filterOwners.count > 0 }

    @inline(__always)
    public func relation(
        of recipient: AccountID, to other: AccountID, atUnixMilliseconds now: UInt64
    ) -> Relation {
        let pair = Pair(other: other.rawValue, recipient: recipient.rawValue)
        guard pairs.mayContain(pair.key) else { return [] }
        return edges[pair]?.relation(now) ?? []
    }

    /// Whether the recipient has filters that hide in one of these contexts and that the text meets; `text` is asked for
    /// only where there is a filter.
    @inline(__always)
    public func hides(
        from recipient: AccountID, in contexts: Filter.Contexts, atUnixMilliseconds now: UInt64,
        text: () -> FoldedText
    ) -> Bool {
        guard filterOwners.mayContain(recipient.rawValue), let owner = filters[recipient.rawValue] else { return false }
        return owner.hides(in: contexts, now, text: text)
    }

    /// Pairs with a rule between them.
    public var pairCount: Int { edges.count - endedEdges }

    // MARK: Facts

    public mutating func apply(_ event: AccountEvent) {
        let version = event.id.rawValue
        switch event.change {
        case .blocked(let blocker, let blocked): setBlock(blocker, blocked, true, event.id)
        case .unblocked(let blocker, let blocked): setBlock(blocker, blocked, false, event.id)
        case .muted(let mute):
            change(mute.muter, mute.muted, event.id) { edge in
                guard version > edge.mute.version else { return }
                edge.mute = VersionedFlag(version, true)
                edge.muteUntilUnixMilliseconds = mute.untilUnixMilliseconds
                edge.muteHidesNotifications = mute.hidesNotifications
            }
        case .unmuted(let muter, let muted):
            change(muter, muted, event.id) { $0.mute.set(version, false) }
        case .followed(let follow):
            guard !follow.showReblogs || knows(follow.follower, follow.followee) else { return }
            change(follow.follower, follow.followee, event.id) { $0.hidesReblogs.set(version, !follow.showReblogs) }
        case .unfollowed(let follower, let followee):
            guard knows(follower, followee) else { return }
            change(follower, followee, event.id) { $0.hidesReblogs.set(version, false) }
        case .filterSet(let filter): set(filter, filter.id, filter.owner, event.id)
        case .filterRemoved(let owner, let id): set(nil, id, owner, event.id)
        default: break
        }
    }

    /// Forgets rules that were taken back long ago.
    public mutating func settle() { forgetEnded() }

    mutating func restore(newest: EventID) { self.newest = newest }

    /// Puts back what lies between two accounts; false where something does already, or the recipient is not held here.
    mutating func restore(_ edge: RuleEdge, of recipient: AccountID, to other: AccountID) -> Bool {
        let pair = Pair(other: other.rawValue, recipient: recipient.rawValue)
        guard keep(partitions.partition(of: recipient)), edges[pair] == nil else { return false }
        edges[pair] = edge
        if edge.isActive { count(pair, true) } else { endedEdges += 1 }
        return true
    }

    private func knows(_ recipient: AccountID, _ other: AccountID) -> Bool {
        edges[Pair(other: other.rawValue, recipient: recipient.rawValue)] != nil
    }

    private mutating func setBlock(_ blocker: AccountID, _ blocked: AccountID, _ isOn: Bool, _ version: EventID) {
        change(blocker, blocked, version) { $0.block.set(version.rawValue, isOn) }
        change(blocked, blocker, version) { $0.blockedBy.set(version.rawValue, isOn) }
    }

    private mutating func change(
        _ recipient: AccountID, _ other: AccountID, _ version: EventID, _ body: (inout RuleEdge) -> Void
    ) {
        guard keep(partitions.partition(of: recipient)) else { return }
        newest = max(newest, version)
        let pair = Pair(other: other.rawValue, recipient: recipient.rawValue)
        let known = edges[pair]
        var edge = known ?? RuleEdge()
        body(&edge)
        edges[pair] = edge
        if let known, !known.isActive { endedEdges -= 1 }
        if !edge.isActive { endedEdges += 1 }
        let wasActive = known?.isActive ?? false
        if edge.isActive != wasActive { count(pair, edge.isActive) }
        if endedEdges > 1024, endedEdges > edges.count / 2 { forgetEnded() }
    }

    private mutating func count(_ pair: Pair, _ isActive: Bool) {
        let count = (parties[pair.other] ?? 0) + (isActive ? 1 : -1)
        parties[pair.other] = count > 0 ? count : nil
        guard isActive else { return }
        if pairs.isFull { rebuildPairs() } else { pairs.insert(pair.key) }
    }

    private mutating func rebuildPairs() {
        var rebuilt = PresenceFilter(capacity: 2 * (edges.count + 1))
        for (pair, edge) in edges where edge.isActive { rebuilt.insert(pair.key) }
        pairs = rebuilt
    }

    private mutating func forgetEnded() {
        let milliseconds = newest.unixMilliseconds
        let horizon = (milliseconds - min(milliseconds, rememberedMilliseconds)) << 16
        edges = edges.filter { $0.value.isActive || $0.value.highestVersion >= horizon }
        endedEdges = edges.values.count { !$0.isActive }
        rebuildPairs()
        for owner in filters.keys where filters[owner]?.forgetEnded(before: horizon) == true { filters[owner] = nil }
        rebuildFilterOwners()
    }

    private mutating func set(_ filter: Filter?, _ id: FilterID, _ owner: AccountID, _ version: EventID) {
        guard keep(partitions.partition(of: owner)) else { return }
        newest = max(newest, version)
        var known = filters[owner.rawValue] ?? OwnerFilters()
        let hadAny = known.hidesAnything
        known.set(filter, id, version)
        filters[owner.rawValue] = known
        guard known.hidesAnything != hadAny else { return }
        if hadAny || filterOwners.isFull { rebuildFilterOwners() } else { filterOwners.insert(owner.rawValue) }
    }

    private mutating func rebuildFilterOwners() {
        var rebuilt = PresenceFilter(capacity: 2 * (filters.count + 1))
        for (owner, filters) in filters where filters.hidesAnything { rebuilt.insert(owner) }
        filterOwners = rebuilt
    }
}
