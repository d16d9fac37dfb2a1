internal import HashRing
internal import SocialGraph
internal import StatuscastModel

/// Decides to which partitions and lanes an accepted event goes. Pure.
struct SpreadPlanner: Sendable {
    /// One item for one partition of one lane.
    struct Output: Sendable, Hashable {
        let lane: Lane
        let partition: PartitionIndex
        let item: DeliveryItem
    }

    let partitions: PartitionCount
    let host: String
    let bulkFollowersAbove: Int

    func outputs(for event: AcceptedEvent, knowing directory: AuthorDirectory) -> [Output] {
        switch event {
        case .accepted(let status): outputs(for: status, knowing: directory)
        case .deleted(let delete): [tombstone(of: delete, knowing: directory)]
        case .refused(let refused): refused.wasHeld ? [tombstone(of: refused, knowing: directory)] : []
        case .held(let held): [toAuthorOnly(held.status)]
        }
    }

    /// The lane in which an author's followers get it: bulk wins over priority.
    func lane(of author: AuthorDirectory.Author?) -> Lane {
        guard let author else { return .normal }
        if author.followers > bulkFollowersAbove { return .bulk }
        return author.priority ? .priority : .normal
    }

    /// Every address but the homes of followers, which the delivery worker finds.
    func addresses(of status: AcceptedStatus) -> [Address] {
        var addresses: [Address] = [.home(status.author), .outbox(status.author)]
        addresses += status.mentions.filter { $0 != status.author }.map(Address.notifications)
        if status.visibility == .public { addresses += [.public] + status.tags.map(Address.tag) }
        return addresses
    }

    private func outputs(for status: AcceptedStatus, knowing directory: AuthorDirectory) -> [Output] {
        let lane = lane(of: directory[status.author])
        let followed = status.visibility == .direct ? [] : directory.partitionsOfFollowers(of: status.author)
        var normal: [PartitionIndex: [Address]] = [:]
        for address in addresses(of: status) { normal[partitions.partition(of: address), default: []].append(address) }

        func output(_ lane: Lane, _ partition: PartitionIndex, _ toFollowers: Bool, _ addresses: [Address]) -> Output {
            let item = DeliveryItem(
                id: status.id.rawValue, author: status.author, toFollowers: toFollowers, addresses: addresses,
                record: status.record, traits: DeliveryTraits(of: status))
            return Output(lane: lane, partition: partition, item: item)
        }
        var outputs = followed.map { partition in
            output(lane, partition, true, lane == .normal ? normal.removeValue(forKey: partition) ?? [] : [])
        }
        outputs += normal.sorted { $0.key < $1.key }.map { output(.normal, $0.key, false, $0.value) }
        return outputs
    }

    /// The same bytes that go out when it is released: what lies there twice then shows once.
    private func toAuthorOnly(_ status: AcceptedStatus) -> Output {
        let home = Address.home(status.author)
        return Output(
            lane: .normal, partition: partitions.partition(of: home),
            item: DeliveryItem(
                id: status.id.rawValue, author: status.author, toFollowers: false, addresses: [home],
                record: status.record, traits: DeliveryTraits(of: status)))
    }

    private func tombstone(of delete: StatusDelete, knowing directory: AuthorDirectory) -> Output {
        tombstone(id: delete.event.rawValue, of: delete.status, by: delete.author, knowing: directory)
    }

    /// Takes it out of its author's home timeline. No event has an id of its own here; the status's is as good, because
    /// only tombstones lie beside it.
    private func tombstone(of refused: RefusedStatus, knowing directory: AuthorDirectory) -> Output {
        tombstone(id: refused.id.rawValue, of: refused.id, by: refused.author, knowing: directory)
    }

    private func tombstone(
        id: UInt64, of status: StatusID, by author: AccountID, knowing directory: AuthorDirectory
    ) -> Output {
        let record = StatusRecord(kind: .tombstone, id: id, author: author, target: status)
        return Output(
            lane: .normal, partition: partitions.partition(of: .tombstones),
            item: DeliveryItem(
                id: id, author: nil, toFollowers: false, addresses: [.tombstones],
                record: record.rendered(host: host, knowing: directory)[...],
                traits: DeliveryTraits(kind: .tombstone, author: author)))
    }
}

extension DeliveryTraits {
    init(of status: AcceptedStatus) {
        self.init(
            kind: .status, author: status.author, inReplyToAccount: status.inReplyToAccount, mentions: status.mentions)
    }
}
