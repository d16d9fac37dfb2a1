internal import HashRing
internal import Logging
internal import Queue
internal import SocialGraph
internal import StatuscastModel

/// The notify step as a stage: follows and requests in `accounts` to the notifications of those who are followed,
/// deleted accounts to the list of deletes.
struct NotifyStage: Stage {
    let name = Topics.Group.notify
    let topics = [Topics.accounts]
    let partitions: [PartitionIndex]

    private let accounts: AccountsFollower<AuthorDirectory>
    private let addressPartitions: PartitionCount
    private let host: String

    init(context: StageContext, accounts: AccountsFollower<AuthorDirectory>) {
        let configuration = context.configuration
        partitions = (0..<configuration.accountsPartitions).map { PartitionIndex(rawValue: UInt16($0)) }
        addressPartitions = configuration.partitions
        host = configuration.host
        self.accounts = accounts
    }

    /// Only the follower's name in the record comes from the look-up: what is known will do.
    mutating func prepare() async -> Bool {
        _ = try? await accounts.catchUp(deadlineMilliseconds: 500)
        return true
    }

    mutating func handle(
        _ item: ArraySlice<UInt8>, of partition: PartitionIndex, into outputs: inout StageOutputs
    ) throws(DecodeError) {
        let event = try AccountEvent(decoding: item)
        switch event.change {
        case .followed(let follow) where follow.follower != follow.followee:
            let notification = accounts.withLookup {
                self.notification(of: follow, .follow, .follow, event.id, knowing: $0)
            }
            send(notification, to: .notifications(follow.followee), &outputs)
        case .followRequested(let follow) where follow.follower != follow.followee:
            let notification = accounts.withLookup {
                self.notification(of: follow, .followRequest, .followRequest, event.id, knowing: $0)
            }
            send(notification, to: .notifications(follow.followee), &outputs)
        case .accountDeleted(let account):
            let tombstone = accounts.withLookup { self.tombstone(of: account, event.id, knowing: $0) }
            send(tombstone, to: .tombstones, &outputs)
        default: break
        }
    }

    private func send(_ item: DeliveryItem, to address: Address, _ outputs: inout StageOutputs) {
        outputs.add(item.encoded(), to: Lane.normal.topic, addressPartitions.partition(of: address))
    }

    /// Makes every reader drop all statuses of the account.
    private func tombstone(
        of account: AccountID, _ event: EventID, knowing directory: AuthorDirectory
    ) -> DeliveryItem {
        let record = StatusRecord(kind: .tombstone, id: event.rawValue, author: account, targetAccount: account)
        return DeliveryItem(
            id: event.rawValue, author: nil, toFollowers: false, addresses: [.tombstones],
            record: record.rendered(host: host, knowing: directory)[...])
    }

    private func notification(
        of follow: AccountEvent.Follow, _ kind: StatusRecord.Kind, _ traits: DeliveryTraits.Kind, _ event: EventID,
        knowing directory: AuthorDirectory
    ) -> DeliveryItem {
        let record = StatusRecord(kind: kind, id: event.rawValue, author: follow.follower)
        return DeliveryItem(
            id: event.rawValue, author: follow.follower, toFollowers: false,
            addresses: [.notifications(follow.followee)],
            record: record.rendered(host: host, knowing: directory)[...],
            traits: DeliveryTraits(kind: traits, author: follow.follower))
    }
}
