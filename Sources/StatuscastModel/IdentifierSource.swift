/// Issues identifiers for one node number, within the times that were reserved for it. Pure: it knows no clock and
/// no file.
///
/// Every identifier is above all that it issued before and later than `startsAfterUnixMilliseconds`, whatever the
/// clock does. There are 64 a millisecond; when they are used up the following millisecond is borrowed, as far as
/// the reservation goes. A clock that jumps back therefore costs order, never uniqueness.
public struct IdentifierSource: Sendable {
    public static let sequencesPerMillisecond: UInt64 = 64

    public let node: UInt16
    /// Times after this one are not issued.
    public private(set) var reservedThroughUnixMilliseconds: UInt64
    /// The time of the newest identifier, at first the last time of the node number's earlier holder.
    public private(set) var lastUnixMilliseconds: UInt64
    /// The next sequence number within that time; 64 when it is used up.
    private var sequence: UInt64

    /// Issues nothing until `reserve` was called.
    public init(node: UInt16, startsAfterUnixMilliseconds: UInt64) {
        self.node = node
        lastUnixMilliseconds = startsAfterUnixMilliseconds
        reservedThroughUnixMilliseconds = startsAfterUnixMilliseconds
        sequence = Self.sequencesPerMillisecond
    }

    /// Allows times up to this one, once they are reserved durably. A lower time than before changes nothing.
    public mutating func reserve(throughUnixMilliseconds time: UInt64) {
        reservedThroughUnixMilliseconds = max(reservedThroughUnixMilliseconds, time)
    }

    /// The next identifier, above `parent` if one is given; nil if that is later than what is reserved.
    public mutating func next(after parent: UInt64? = nil, nowUnixMilliseconds: UInt64) -> UInt64? {
        var time = max(nowUnixMilliseconds, lastUnixMilliseconds)
        var sequence = time == lastUnixMilliseconds ? self.sequence : 0
        if sequence >= Self.sequencesPerMillisecond {
            time += 1
            sequence = 0
        }
        if let parent, raw(time, sequence) <= parent {
            // The first of the parent's millisecond that is above it, or the first of the next.
            let parentTime = parent >> 16
            if parentTime > time {
                time = parentTime
                sequence = 0
            }
            if raw(time, sequence) <= parent {
                let sameNode = UInt16(parent >> 6 & 0x3FF) == node
                let following = (parent & 0x3F) + 1
                if sameNode && following < Self.sequencesPerMillisecond {
                    sequence = following
                } else {
                    time += 1
                    sequence = 0
                }
            }
        }
        guard time <= reservedThroughUnixMilliseconds else { return nil }
        lastUnixMilliseconds = time
        self.sequence = sequence + 1
        return raw(time, sequence)
    }

    private func raw(_ time: UInt64, _ sequence: UInt64) -> UInt64 {
        time << 16 | UInt64(node & 0x3FF) << 6 | sequence
    }
}
