internal import HashRing
internal import SocialGraph
internal import StatuscastModel

extension SpreadPlanner {
    /// Once, to the list that every reader holds in memory, as deletes go.
    func newVersion(_ edited: EditedStatus) -> Output {
        Output(
            lane: .normal, partition: partitions.partition(of: .tombstones),
            item: DeliveryItem(
                id: edited.event.rawValue, author: nil, toFollowers: false, addresses: [.tombstones],
                record: edited.record, traits: DeliveryTraits(kind: .edit, author: edited.author),
                trace: edited.trace))
    }

    /// Only of a favourite, to whoever wrote the status.
    func notification(of interaction: Interaction, knowing directory: AuthorDirectory) -> Output? {
        guard interaction.kind == .favourite, interaction.isOn, let author = interaction.statusAuthor,
            author != interaction.account
        else { return nil }
        let address = Address.notifications(author)
        let record = StatusRecord(
            kind: .favourite, id: interaction.event.rawValue, author: interaction.account, target: interaction.status)
        return Output(
            lane: .normal, partition: partitions.partition(of: address),
            item: DeliveryItem(
                id: record.id, author: interaction.account, toFollowers: false, addresses: [address],
                record: record.rendered(host: host, knowing: directory)[...],
                traits: DeliveryTraits(kind: .favourite, author: interaction.account), trace: interaction.trace))
    }
}
