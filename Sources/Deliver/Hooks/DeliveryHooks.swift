internal import HashRing
internal import SocialGraph
internal import StatuscastModel

/// All hooks in their order.
struct DeliveryHooks: Sendable {
    private let hooks: [any DeliveryHook]
    private let hidden: @Sendable (_ hook: String, _ count: Int) -> Void

    init(_ hooks: [any DeliveryHook], hidden: @escaping @Sendable (_ hook: String, _ count: Int) -> Void = { _, _ in })
    {
        self.hooks = hooks
        self.hidden = hidden
    }

    static func builtIn(_ settings: DeliverHookSettings) -> [any DeliveryHook] {
        var hooks: [any DeliveryHook] = []
        if settings.relations { hooks += [RelationHook(), ReblogHook()] as [any DeliveryHook] }
        if settings.replies { hooks.append(ReplyHook()) }
        if settings.keywords { hooks.append(KeywordHook()) }
        return hooks
    }

    /// Leaves in `homes` the followers in one partition who get the item. The author is not among them.
    func narrow(
        _ homes: inout [FollowerIndex.Follower], in partition: PartitionIndex, on item: HookedItem,
        knowing lookup: borrowing RecipientLookup, sending: inout [HookSending]
    ) {
        let copies = sending.count
        for hook in hooks where !homes.isEmpty && hook.concerns(item, knowing: lookup) {
            let before = homes.count
            hook.narrow(&homes, in: partition, on: item, knowing: lookup, sending: &sending)
            if homes.count < before { hidden(hook.name, before - homes.count) }
        }
        guard sending.count > copies else { return }
        // What one hook has sent on another may have hidden.
        let kept = Set(homes.map(\.account))
        let wanted = sending[copies...].filter { $0.item.recipient.map(kept.contains) ?? true }
        sending.replaceSubrange(copies..., with: wanted)
    }

    /// The addresses that get the item: only homes and notifications have a recipient whom hooks ask for.
    func admitted(
        _ addresses: [Address], on item: HookedItem, knowing lookup: borrowing RecipientLookup,
        sending: inout [HookSending]
    ) -> [Address] {
        var admitted: [Address] = []
        admitted.reserveCapacity(addresses.count)
        for address in addresses {
            guard let (recipient, place) = Self.recipient(of: address), recipient != item.traits.author else {
                admitted.append(address)
                continue
            }
            if isAdmitted(recipient, place, item, lookup, &sending) { admitted.append(address) }
        }
        return admitted
    }

    static func recipient(of address: Address) -> (AccountID, DeliveryPlace)? {
        switch address {
        case .home(let account): (account, .home)
        case .notifications(let account): (account, .notifications)
        default: nil
        }
    }

    private func isAdmitted(
        _ recipient: AccountID, _ place: DeliveryPlace, _ item: HookedItem, _ lookup: borrowing RecipientLookup,
        _ sending: inout [HookSending]
    ) -> Bool {
        var copies: [HookSending] = []
        for hook in hooks where hook.concerns(item, knowing: lookup) {
            switch hook.decision(for: recipient, at: place, on: item, knowing: lookup) {
            case .deliver: break
            case .hide:
                hidden(hook.name, 1)
                return false
            case .deliverAndSend(let topics):
                copies += item.sendings(to: topics, hook: hook.name, recipient: recipient)
            }
        }
        sending += copies
        return true
    }
}
