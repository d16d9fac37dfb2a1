public import DurableFiles
public import StatuscastModel

/// Something in memory that is built from the events of the topic `accounts` and can be thrown away and built again.
///
/// Events may come twice and out of order; of two about the same thing the higher id wins.
public protocol AccountLookup: Sendable {
    mutating func apply(_ event: AccountEvent)

    /// As `apply` of each; faster where there are bulk imports among them.
    mutating func apply(_ events: [AccountEvent])

    /// Says that everything written so far has been applied. From here on versions need to be remembered only for as
    /// long as an event may be late.
    mutating func settle()

    /// In how many parts `forget` does its work, so that nobody waits long for the look-up meanwhile.
    var forgettingParts: Int { get }

    /// Forgets, in one of the parts, what has grown old since `settle`; nothing before that.
    mutating func forget(part: Int)

    var snapshotScope: SnapshotScope { get }

    /// Writes everything that `restore` needs to make the same look-up. Called on a copy, while others go on changing
    /// theirs. Blocks.
    func write(to writer: inout SnapshotWriter) throws(FileError)

    /// Takes over one section that `write` wrote; all of them, in order, are given to a look-up that holds nothing yet.
    /// Whatever the bytes are, nothing traps. What comes of it is as little settled as the one that was written.
    mutating func restore(_ section: SnapshotSection) throws(DecodeError)
}

extension AccountLookup {
    public var forgettingParts: Int { 0 }

    public mutating func forget(part: Int) {}

    public mutating func apply(_ events: [AccountEvent]) {
        for event in events { apply(event) }
    }

    /// Applies the items of one frame of the topic `accounts`; answers those that could not be decoded, in whose place
    /// nothing happened.
    public mutating func apply(frame: [UInt8]) -> [UndecodableItem] {
        let items: [ArraySlice<UInt8>]
        do throws(DecodeError) {
            items = try ItemBatch.items(of: frame)
        } catch {
            return [UndecodableItem(index: 0, bytes: frame[...], error: error)]
        }
        var events: [AccountEvent] = []
        var undecodable: [UndecodableItem] = []
        for (index, item) in items.enumerated() {
            do throws(DecodeError) {
                events.append(try AccountEvent(decoding: item))
            } catch {
                undecodable.append(UndecodableItem(index: index, bytes: item, error: error))
            }
        }
        apply(events)
        return undecodable
    }
}

/// An item, or a whole frame where the item boundaries themselves are damaged, that does not decode.
public struct UndecodableItem: Sendable, Hashable {
    /// Its place in the frame, from 0.
    public let index: Int
    public let bytes: ArraySlice<UInt8>
    public let error: DecodeError

    public init(index: Int, bytes: ArraySlice<UInt8>, error: DecodeError) {
        self.index = index
        self.bytes = bytes
        self.error = error
    }
}
