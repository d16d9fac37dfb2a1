internal import CanonicalStore
internal import DeadLetters
internal import HashRing
internal import Queue
internal import StatuscastModel

/// What some fetched frames hold: the items that decode, dead letters for the others, and how far the cursors come.
struct IncomingBatch<Event: Sendable>: Sendable {
    var events: [(partition: PartitionIndex, event: Event)] = []
    /// Of the partitions that frames came from: what the cursor becomes.
    var cursors: [PartitionIndex: Cursor] = [:]
    var deadLetters: [DeadLetter] = []
    /// Frames that no copy can give any more, in words.
    var quarantined: [String] = []

    /// Frames that cannot be read are passed over: whatever they held, the partition goes on.
    mutating func add(
        _ frame: FetchedFrame, topic: String, after cursors: [PartitionIndex: Cursor], nowUnixMilliseconds: UInt64,
        decode: (ArraySlice<UInt8>) throws(DecodeError) -> Event
    ) {
        var cursor = self.cursors[frame.partition] ?? cursors[frame.partition] ?? Cursor()
        cursor.advance(frame.stream, to: frame.number)
        self.cursors[frame.partition] = cursor
        func bury(_ item: Int?, _ reason: String, _ bytes: ArraySlice<UInt8>) {
            deadLetters.append(
                DeadLetter(
                    stage: "store", topic: topic, partition: frame.partition.rawValue,
                    source: DeadLetter.Source(stream: "\(frame.stream)", number: frame.number, item: item),
                    content: item == nil ? .frame : .item, reason: reason, unixMilliseconds: nowUnixMilliseconds,
                    bytes: bytes))
        }
        switch frame.content {
        case .quarantined(let text):
            quarantined.append(text)
            bury(nil, text, [])
        case .bytes(let bytes):
            let items: [ArraySlice<UInt8>]
            do throws(DecodeError) {
                items = try ItemBatch.items(of: bytes)
            } catch {
                return bury(nil, error.description, bytes[...])
            }
            for (index, item) in items.enumerated() {
                do throws(DecodeError) {
                    events.append((frame.partition, try decode(item)))
                } catch {
                    bury(index, error.description, item)
                }
            }
        }
    }

    func updates(topic: String) -> [CursorUpdate] {
        cursors.map { CursorUpdate(topic: topic, partition: $0.key.rawValue, bytes: CursorCodec.encoded($0.value)) }
    }
}
