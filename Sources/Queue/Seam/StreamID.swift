/// Names the frames that one producer run has appended to one topic and partition on one fixed set of nodes.
///
/// 16 bytes: unix milliseconds of its opening, then random bits. Streams of one partition sort by when they were opened.
public struct StreamID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let openedUnixMilliseconds: UInt64
    public let random: UInt64

    public init(openedUnixMilliseconds: UInt64, random: UInt64) {
        self.openedUnixMilliseconds = openedUnixMilliseconds
        self.random = random
    }

    public var description: String {
        String(openedUnixMilliseconds, radix: 16) + "-" + String(random, radix: 16)
    }

    public static func < (a: Self, b: Self) -> Bool {
        (a.openedUnixMilliseconds, a.random) < (b.openedUnixMilliseconds, b.random)
    }
}
