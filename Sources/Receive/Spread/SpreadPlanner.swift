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
    let lanes: LaneRule

    init(partitions: PartitionCount, host: String, bulkFollowersAbove: Int) {
        self.partitions = partitions
        self.host = host
        lanes = LaneRule(bulkFollowersAbove: bulkFollowersAbove)
    }

    /// What the spread of one lane makes of an event. All lanes together make everything, each output once: a status
    /// names its lane, and one that does not (from an older release) is the normal lane's altogether.
    func outputs(for event: AcceptedEvent, of lane: Lane, knowing directory: AuthorDirectory) -> [Output] {
        switch event {
        case .accepted(let status) where status.lane == nil:
            lane == .normal ? outputs(for: event, knowing: directory) : []
        case .accepted(let status) where lane != .normal && status.lane != lane: []
        case .accepted: outputs(for: event, knowing: directory).filter { $0.lane == lane }
        case .deleted, .refused, .held, .edited, .interaction:
            lane == .normal ? outputs(for: event, knowing: directory) : []
        }
    }

    func outputs(for event: AcceptedEvent, knowing directory: AuthorDirectory) -> [Output] {
        switch event {
        case .accepted(let status): outputs(for: status, knowing: directory)
        case .deleted(let delete): [tombstone(of: delete, knowing: directory)]
        case .refused(let refused): refused.wasHeld ? [tombstone(of: refused, knowing: directory)] : []
        case .held(let held): [toAuthorOnly(held.status)]
        case .edited(let edited): [newVersion(edited)]
        case .interaction(let interaction): notification(of: interaction, knowing: directory).map { [$0] } ?? []
        }
    }

    /// Every address but the homes of followers, which the delivery worker finds. A silenced author's statuses stand in
    /// no timeline of strangers; whom of those mentioned they reach is the delivery worker's to find out.
    func addresses(of status: AcceptedStatus, silenced: Bool = false) -> [Address] {
        var addresses: [Address] = [.home(status.author), .outbox(status.author)]
        let concerned = status.mentions + (status.reblogOfAccount.map { [$0] } ?? [])
        addresses += concerned.filter { $0 != status.author }.map(Address.notifications)
        // A timeline of strangers shows what was written, not what was passed on.
        guard status.reblogOf == nil else { return addresses }
        if status.visibility == .public && !silenced { addresses += [.public] + status.tags.map(Address.tag) }
        return addresses
    }

    private func outputs(for status: AcceptedStatus, knowing directory: AuthorDirectory) -> [Output] {
        let author = directory[status.author]
        let lane = status.lane ?? lanes.lane(of: author)
        let followed = status.visibility == .direct ? [] : directory.partitionsOfFollowers(of: status.author)
        var normal: [PartitionIndex: [Address]] = [:]
        for address in addresses(of: status, silenced: author?.silenced ?? false) {
            normal[partitions.partition(of: address), default: []].append(address)
        }

        func output(_ lane: Lane, _ partition: PartitionIndex, _ toFollowers: Bool, _ addresses: [Address]) -> Output {
            let item = DeliveryItem(
                id: status.id.rawValue, author: status.author, toFollowers: toFollowers, addresses: addresses,
                record: status.record, traits: DeliveryTraits(of: status), trace: status.trace)
            return Output(lane: lane, partition: partition, item: item)
        }
        var outputs = followed.map { partition in
            output(lane, partition, true, lane == .normal ? normal.removeValue(forKey: partition) ?? [] : [])
        }
        outputs += tagOutputs(for: status, of: author, lane, knowing: directory)
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
                record: status.record, traits: DeliveryTraits(of: status), trace: status.trace))
    }

    private func tombstone(of delete: StatusDelete, knowing directory: AuthorDirectory) -> Output {
        tombstone(
            id: delete.event.rawValue, of: delete.status, by: delete.author, trace: delete.trace, knowing: directory)
    }

    /// Takes it out of its author's home timeline. No event has an id of its own here; the status's is as good, because
    /// only tombstones lie beside it.
    private func tombstone(of refused: RefusedStatus, knowing directory: AuthorDirectory) -> Output {
        tombstone(
            id: refused.id.rawValue, of: refused.id, by: refused.author, trace: refused.trace, knowing: directory)
    }

    private func tombstone(
        id: UInt64, of status: StatusID, by author: AccountID, trace: TraceID?, knowing directory: AuthorDirectory
    ) -> Output {
        let record = StatusRecord(kind: .tombstone, id: id, author: author, target: status)
        return Output(
            lane: .normal, partition: partitions.partition(of: .tombstones),
            item: DeliveryItem(
                id: id, author: nil, toFollowers: false, addresses: [.tombstones],
                record: record.rendered(host: host, knowing: directory)[...],
                traits: DeliveryTraits(kind: .tombstone, author: author), trace: trace))
    }
}

extension DeliveryTraits {
    init(of status: AcceptedStatus) {
        self.init(
            kind: .status, author: status.author, inReplyToAccount: status.inReplyToAccount,
            reblogOfAccount: status.reblogOfAccount, mentions: status.mentions)
    }
}
