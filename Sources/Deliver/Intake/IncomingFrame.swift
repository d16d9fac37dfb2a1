internal import DeadLetters
internal import HashRing
internal import Queue
internal import StatuscastModel
internal import SystemClock

/// A fetched frame with what could be understood of it.
struct IncomingFrame {
    let partition: PartitionIndex
    let stream: StreamID
    let number: UInt64
    /// When it came: what rules that end are compared with.
    let nowUnixMilliseconds: UInt64
    private(set) var items: [DeliveryItem] = []
    private let lane: Lane
    /// What was not understood, cannot be read any more, or belongs elsewhere: for the dead letters.
    private(set) var poison: [DeadLetter] = []
    private(set) var quarantined: String?

    var source: String { "\(stream) \(number)" }
    /// Whether it matters who follows or blocks whom.
    var needsLookups: Bool {
        items.contains { item in
            item.toFollowers || item.mayNotify
                || item.traits != nil && item.addresses.contains { DeliveryHooks.recipient(of: $0) != nil }
        }
    }

    init(_ frame: FetchedFrame, lane: Lane, partitions: PartitionCount, nowUnixMilliseconds: UInt64) {
        self.nowUnixMilliseconds = nowUnixMilliseconds
        self.lane = lane
        partition = frame.partition
        stream = frame.stream
        number = frame.number
        switch frame.content {
        case .quarantined(let reason):
            quarantined = reason
            bury([], .frame, reason)
        case .bytes(let bytes):
            do throws(DecodeError) {
                let slices = try ItemBatch.items(of: bytes)
                items.reserveCapacity(slices.count)
                for (index, slice) in slices.enumerated() { add(slice, index, partitions) }
            } catch {
                bury(bytes[...], .frame, error.description)
            }
        }
    }

    private mutating func add(_ slice: ArraySlice<UInt8>, _ index: Int, _ partitions: PartitionCount) {
        do throws(DecodeError) {
            var item = try DeliveryItem(decoding: slice)
            if let stray = item.addresses.first(where: { partitions.partition(of: $0) != partition }) {
                bury(slice, .item, "\(stray) is not of partition \(partition)", index: index, id: item.id)
                item.addresses.removeAll { partitions.partition(of: $0) != partition }
            }
            items.append(item)
        } catch {
            bury(slice, .item, error.description, index: index)
        }
    }

    private mutating func bury(
        _ bytes: ArraySlice<UInt8>, _ content: DeadLetter.Content, _ reason: String, index: Int? = nil,
        id: UInt64? = nil
    ) {
        poison.append(
            DeadLetter(
                stage: "deliver", topic: lane.topic, lane: lane.rawValue, partition: partition.rawValue,
                source: DeadLetter.Source(stream: "\(stream)", number: number, item: index), id: id,
                content: content, reason: reason, unixMilliseconds: UnixClock.milliseconds(), bytes: bytes))
    }
}

extension DeliveryItem {
    /// Whether receipts count its deliveries: those of a status to its author's followers and its own addresses.
    var isCounted: Bool { author.map { !$0.isFollowedTag } ?? false }

    /// Whether somebody is notified of what an author did: then it matters who follows that author.
    var mayNotify: Bool {
        guard author != nil else { return false }
        return addresses.contains { if case .notifications = $0 { true } else { false } }
    }
}
