internal import HashRing
internal import Synchronization

extension RingQueue {
    /// Takes over another membership: one call at a time. A member is known by its node object.
    ///
    /// New nodes are read from at once and get the new streams of the partitions that they own now. Streams that would
    /// open elsewhere are left as soon as what was sent in them is confirmed, in order. Nodes that are gone are asked
    /// no more and closed; what was under way to them goes to others.
    public func change(to members: [RingMember]) async {
        guard let change = replaceLayout(members) else { return }
        for producer in change.producers { producer.change(to: change.layout) }
        for subscription in change.subscriptions { subscription.change(to: change.layout) }
        for relay in change.relays { await relay.close() }
        for index in change.gone { await change.layout.nodes[index].close() }
    }

    /// Runs `body` beside the queue; it is cancelled, and waited for, when the queue is closed.
    public func whileOpen(_ body: @escaping @Sendable (RingQueue) async -> Void) {
        tasks.start { [weak self] in
            if let self { await body(self) }
        }
    }
}
