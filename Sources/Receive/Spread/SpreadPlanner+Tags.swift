internal import HashRing
internal import SocialGraph
internal import StatuscastModel

extension SpreadPlanner {
    /// Items for those who follow a tag of the status, in the lane of its author's followers. What follows a tag follows
    /// an account that stands for it (`AccountID(followedTag:)`): delivery finds the homes and takes turns as for any.
    ///
    /// Who follows author and tag gets the record twice at most, which mailboxes may hold. Only the whole public's
    /// statuses are found by their tags, and those that were written, not passed on. A reply comes for its tag, whoever it answers: no reply rule is asked.
    func tagOutputs(
        for status: AcceptedStatus, of author: AuthorDirectory.Author?, _ lane: Lane, knowing directory: AuthorDirectory
    ) -> [Output] {
        guard status.visibility == .public, status.reblogOf == nil, author?.silenced != true else { return [] }
        var traits = DeliveryTraits(of: status)
        traits.inReplyToAccount = nil
        return status.tags.flatMap { tag in
            let followed = AccountID(followedTag: tag)
            return directory.partitionsOfFollowers(of: followed).map { partition in
                let item = DeliveryItem(
                    id: status.id.rawValue, author: followed, toFollowers: true, addresses: [], record: status.record,
                    traits: traits, trace: status.trace)
                return Output(lane: lane, partition: partition, item: item)
            }
        }
    }
}
