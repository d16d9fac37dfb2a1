public import HashRing
internal import Lease
internal import NIOCore
public import Queue
internal import StatuscastModel
internal import SystemClock

/// Where posts and deletes go that pass the fronts by.
public struct DirectTarget: Sendable {
    let queue: any Queue
    let partitions: PartitionCount
    let sharedDirectory: String

    /// `sharedDirectory` is where node numbers of ids are taken.
    public init(queue: any Queue, partitions: PartitionCount, sharedDirectory: String) {
        self.queue = queue
        self.partitions = partitions
        self.sharedDirectory = sharedDirectory
    }
}

/// Appends what a front would append to the topic `receive`: drafts with ids of a node number of its own, one frame for
/// each partition and moment. Acknowledged when the queue has it on stable storage. Used on one event loop only.
final class DirectDoor: @unchecked Sendable {
    typealias Ended = (_ action: Action, _ begun: UInt64, _ status: UInt64, _ isAccepted: Bool) -> Void

    /// Beyond it arrivals wait for the next call and go together: an append costs the same whatever it holds.
    private static let callsMax = 16

    private struct Item: Sendable {
        var action: Action
        var author: AccountID
        var text: String
        var begun: UInt64
    }

    private let loop: any EventLoop
    private let target: DirectTarget
    private let ids: [UInt64]
    private let node: NodeNumber
    private let issuer: IdentifierIssuer
    var ended: Ended = { _, _, _, _ in }
    private var items: [Item] = []
    private var calls = 0

    /// Takes a node number, as a front does; blocks for it.
    init(_ target: DirectTarget, _ cast: LoadCast, on loop: any EventLoop) throws {
        self.target = target
        self.loop = loop
        ids = cast.ids
        node = try NodeNumber.acquire(
            in: target.sharedDirectory, address: "", nowUnixMilliseconds: UnixClock.milliseconds())
        issuer = try IdentifierIssuer(node: node)
    }

    func add(_ action: Action, text: [UInt8]) {
        items.append(
            Item(
                action: action, author: AccountID(rawValue: ids[action.account]),
                text: String(decoding: text, as: UTF8.self), begun: MonotonicClock.nanoseconds()))
    }

    /// Sends what was added, unless enough is under way.
    func flush() {
        guard !items.isEmpty, calls < Self.callsMax else { return }
        calls += 1
        let taken = items
        items = []
        Task { [self] in
            await append(taken)
            loop.execute { [self] in
                calls -= 1
                flush()
            }
        }
    }

    func close() {
        issuer.close()
        node.release()
    }

    private struct Named: Sendable {
        var item: Item
        var status: UInt64
        var bytes: [UInt8]
    }

    private func append(_ items: [Item]) async {
        var byPartition: [PartitionIndex: [Named]] = [:]
        for item in items {
            guard let named = await named(item) else {
                tell([Named(item: item, status: 0, bytes: [])], isAccepted: false)
                continue
            }
            byPartition[target.partitions.partition(of: item.author), default: []].append(named)
        }
        let groups = Array(byPartition)
        let frames = groups.map { group in
            OutgoingFrame(partition: group.key, bytes: ItemBatch.encoded(group.value.map(\.bytes)))
        }
        await target.queue.appendEach(frames, to: Topics.receive) { [self] index, result in
            tell(groups[index].value, isAccepted: (try? result.get()) != nil)
        }
    }

    private func named(_ item: Item) async -> Named? {
        let action = item.action
        guard let id = try? await issuer.next(after: action.status == 0 ? nil : action.status) else { return nil }
        if action.kind == .delete {
            let status = StatusID(rawValue: action.status)
            let delete = StatusDelete(event: EventID(rawValue: id), status: status, author: item.author)
            return Named(item: item, status: action.status, bytes: ReceiveEvent.delete(delete).encoded())
        }
        let isReply = action.status != 0
        let draft = StatusDraft(
            id: StatusID(rawValue: id), author: item.author,
            inReplyTo: isReply ? StatusID(rawValue: action.status) : nil,
            inReplyToAccount: isReply ? AccountID(rawValue: ids[action.other]) : nil, text: item.text)
        return Named(item: item, status: id, bytes: ReceiveEvent.post(draft).encoded())
    }

    private func tell(_ named: [Named], isAccepted: Bool) {
        loop.execute { [self] in
            for one in named { ended(one.item.action, one.item.begun, one.status, isAccepted) }
        }
    }
}
