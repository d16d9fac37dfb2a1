internal import SocialGraph
internal import StatuscastModel

/// Keeps what holds the words of a recipient's hiding filters out of home or notifications, as each filter says.
struct KeywordHook: DeliveryHook {
    let name = "keyword"

    func concerns(_ item: HookedItem, knowing lookup: borrowing RecipientLookup) -> Bool {
        item.traits.kind == .status && lookup.rules.hasFilters
    }

    func decision(
        for recipient: AccountID, at place: DeliveryPlace, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup
    ) -> DeliveryDecision {
        let isHidden = lookup.rules.hides(
            from: recipient, in: place == .home ? .home : .notifications,
            atUnixMilliseconds: item.nowUnixMilliseconds, text: { item.folded })
        return isHidden ? .hide : .deliver
    }
}
