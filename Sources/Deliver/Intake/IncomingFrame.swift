internal import HashRing
internal import Queue
internal import StatuscastModel

/// A fetched frame with what could be understood of it.
struct IncomingFrame {
    let partition: PartitionIndex
    let stream: StreamID
    let number: UInt64
    /// When it came: what rules that end are compared with.
    let nowUnixMilliseconds: UInt64
    private(set) var items: [DeliveryItem] = []
    /// What was not understood, or belongs elsewhere: for the dead letters.
    private(set) var poison: [DeadLetter] = []
    private(set) var quarantined: String?

    var source: String { "\(stream) \(number)" }
    /// Whether it matters who follows or blocks whom.
    var needsLookups: Bool {
        items.contains { item in
            item.toFollowers
                || item.traits != nil && item.addresses.contains { DeliveryHooks.recipient(of: $0) != nil }
        }
    }

    init(_ frame: FetchedFrame, partitions: PartitionCount, nowUnixMilliseconds: UInt64) {
        self.nowUnixMilliseconds = nowUnixMilliseconds
        partition = frame.partition
        stream = frame.stream
        number = frame.number
        switch frame.content {
        case .quarantined(let reason): quarantined = reason
        case .bytes(let bytes):
            do throws(DecodeError) {
                let slices = try ItemBatch.items(of: bytes)
                items.reserveCapacity(slices.count)
                for slice in slices { add(slice, partitions) }
            } catch {
                poison.append(letter(bytes[...], reason: error.description))
            }
        }
    }

    private mutating func add(_ slice: ArraySlice<UInt8>, _ partitions: PartitionCount) {
        do throws(DecodeError) {
            var item = try DeliveryItem(decoding: slice)
            if let stray = item.addresses.first(where: { partitions.partition(of: $0) != partition }) {
                poison.append(
                    letter(slice, reason: "\(stray) is not of partition \(partition)", id: item.id))
                item.addresses.removeAll { partitions.partition(of: $0) != partition }
            }
            items.append(item)
        } catch {
            poison.append(letter(slice, reason: error.description))
        }
    }

    private func letter(_ bytes: ArraySlice<UInt8>, reason: String, id: UInt64? = nil) -> DeadLetter {
        DeadLetter(address: nil, partition: partition, source: source, id: id, reason: reason, bytes: bytes)
    }
}
