internal import HashRing
internal import SocialGraph
internal import StatuscastModel

/// A reply reaches the home of a follower who also follows the account replied to, who is that account, or who is
/// mentioned. A reply to oneself reaches every follower.
struct ReplyHook: DeliveryHook {
    let name = "reply"

    func concerns(_ item: HookedItem, knowing lookup: borrowing RecipientLookup) -> Bool {
        guard let repliedTo = item.traits.inReplyToAccount else { return false }
        return repliedTo != item.traits.author
    }

    func decision(
        for recipient: AccountID, at place: DeliveryPlace, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup
    ) -> DeliveryDecision {
        guard place == .home, let repliedTo = item.traits.inReplyToAccount else { return .deliver }
        if isExempt(recipient, item.traits) || lookup.followers.follows(recipient, repliedTo) { return .deliver }
        return .hide
    }

    /// All at once: followers of both accounts lie in the same order.
    func narrow(
        _ homes: inout [FollowerIndex.Follower], in partition: PartitionIndex, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup, sending: inout [HookSending]
    ) {
        guard let repliedTo = item.traits.inReplyToAccount else { return }
        lookup.followers.keepFollowers(of: repliedTo, in: partition, &homes) { isExempt($0, item.traits) }
    }

    private func isExempt(_ recipient: AccountID, _ traits: DeliveryTraits) -> Bool {
        recipient == traits.inReplyToAccount || traits.mentions.contains(recipient)
    }
}
