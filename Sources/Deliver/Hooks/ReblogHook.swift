internal import SocialGraph
internal import StatuscastModel

/// Keeps reblogs of an account out of the homes of followers who have switched them off for it.
struct ReblogHook: DeliveryHook {
    let name = "reblog"

    func concerns(_ item: HookedItem, knowing lookup: borrowing RecipientLookup) -> Bool {
        item.traits.reblogOfAccount != nil && lookup.rules.isParty(item.traits.author)
    }

    func decision(
        for recipient: AccountID, at place: DeliveryPlace, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup
    ) -> DeliveryDecision {
        guard place == .home else { return .deliver }
        let relation = lookup.rules.relation(
            of: recipient, to: item.traits.author, atUnixMilliseconds: item.nowUnixMilliseconds)
        return relation.contains(.hidesReblogs) ? .hide : .deliver
    }
}
