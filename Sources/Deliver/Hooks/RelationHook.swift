internal import SocialGraph
internal import StatuscastModel

/// Keeps apart whom blocks and mutes keep apart: no home gets what was written or reblogged by somebody whom its owner
/// blocks or mutes or who blocks its owner, nor what mentions somebody whom its owner blocks or mutes. Notifications are
/// kept back by blocks, and by mutes that say so.
struct RelationHook: DeliveryHook {
    let name = "relation"

    func concerns(_ item: HookedItem, knowing lookup: borrowing RecipientLookup) -> Bool {
        let traits = item.traits
        if lookup.rules.isParty(traits.author) { return true }
        if let reblogged = traits.reblogOfAccount, lookup.rules.isParty(reblogged) { return true }
        for mentioned in traits.mentions where lookup.rules.isParty(mentioned) { return true }
        return false
    }

    func decision(
        for recipient: AccountID, at place: DeliveryPlace, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup
    ) -> DeliveryDecision {
        let traits = item.traits
        let now = item.nowUnixMilliseconds
        let relation = lookup.rules.relation(of: recipient, to: traits.author, atUnixMilliseconds: now)
        switch place {
        case .notifications:
            return relation.isDisjoint(with: [.blocks, .blockedBy, .mutesNotifications]) ? .deliver : .hide
        case .home:
            guard relation.isDisjoint(with: [.blocks, .blockedBy, .mutes]) else { return .hide }
            if let reblogged = traits.reblogOfAccount {
                let relation = lookup.rules.relation(of: recipient, to: reblogged, atUnixMilliseconds: now)
                guard relation.isDisjoint(with: [.blocks, .blockedBy, .mutes]) else { return .hide }
            }
            for mentioned in traits.mentions {
                let relation = lookup.rules.relation(of: recipient, to: mentioned, atUnixMilliseconds: now)
                guard relation.isDisjoint(with: [.blocks, .mutes]) else { return .hide }
            }
            return .deliver
        }
    }
}
