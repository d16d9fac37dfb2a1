internal import HashRing
internal import SocialGraph
internal import StatuscastModel

/// What a delivery hook wants done with one delivery.
enum DeliveryDecision: Sendable, Hashable {
    case deliver
    /// Not into this mailbox.
    case hide
    /// Delivered, and a copy goes to each of these topics `route.*`.
    case deliverAndSend([String])
}

/// Which of a recipient's mailboxes a delivery is for. The others are for everybody who reads them.
enum DeliveryPlace: Sendable {
    case home
    case notifications
}

/// Judges deliveries: one idea each. Every hook that an item concerns is asked, and one that hides has the last word.
///
/// Called while the look-ups are locked, for up to 1,000 recipients at a time: a decision takes nanoseconds, waits for
/// nothing, and changes nothing. Deliveries come again after a crash and then find newer rules.
protocol DeliveryHook: Sendable {
    /// In metrics and in what is sent on.
    var name: String { get }

    /// Whether the item can matter to any recipient at all; asked once for each quantum. Where no hook says so, nothing
    /// else is asked.
    func concerns(_ item: HookedItem, knowing lookup: borrowing RecipientLookup) -> Bool

    /// For one recipient, who is not the author.
    func decision(
        for recipient: AccountID, at place: DeliveryPlace, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup
    ) -> DeliveryDecision

    /// Takes out of `homes`, followers in one partition in ascending number, those who do not get the item.
    func narrow(
        _ homes: inout [FollowerIndex.Follower], in partition: PartitionIndex, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup, sending: inout [HookSending])
}

/// A copy of a delivery that a hook wants in a topic `route.*`.
struct HookSending: Sendable {
    let topic: String
    let item: RouteItem
}

extension DeliveryHook {
    func narrow(
        _ homes: inout [FollowerIndex.Follower], in partition: PartitionIndex, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup, sending: inout [HookSending]
    ) {
        var kept = 0
        for index in homes.indices {
            let recipient = homes[index].account
            switch decision(for: recipient, at: .home, on: item, knowing: lookup) {
            case .hide: continue
            case .deliver: break
            case .deliverAndSend(let topics): sending += item.sendings(to: topics, hook: name, recipient: recipient)
            }
            if kept != index { homes[kept] = homes[index] }
            kept += 1
        }
        homes.removeLast(homes.count - kept)
    }
}
