public import StatuscastModel

/// What a delivery worker knows of the accounts of its partitions: whom a status reaches, and who does not want it.
///
/// One value, so that both are as of the same event. Use it in place, inside `AccountsFollower.withLookup`: a copy that
/// outlives the call makes the next event copy everything.
public struct RecipientLookup: AccountLookup {
    public var followers: FollowerIndex
    public var rules: RecipientRules

    public init(followers: FollowerIndex, rules: RecipientRules) {
        self.followers = followers
        self.rules = rules
    }

    public mutating func apply(_ event: AccountEvent) {
        followers.apply(event)
        rules.apply(event)
    }

    public mutating func apply(_ events: [AccountEvent]) {
        followers.apply(events)
        for event in events { rules.apply(event) }
    }

    public mutating func settle() {
        followers.settle()
        rules.settle()
    }

    public var forgettingParts: Int { followers.forgettingParts }

    public mutating func forget(part: Int) { followers.forget(part: part) }
}
