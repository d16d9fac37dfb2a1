/// A slice of all addresses, numbered from 0.
public struct PartitionIndex: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public var description: String { String(rawValue) }
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// How many partitions there are: a power of two, 1 to 4,096. Doubling it splits partition p into p and p + count.
public struct PartitionCount: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: Int
    public static let `default` = PartitionCount(unchecked: 32)

    public init?(rawValue: Int) {
        guard (1...4096).contains(rawValue), rawValue.nonzeroBitCount == 1 else { return nil }
        self.rawValue = rawValue
    }

    private init(unchecked: Int) { rawValue = unchecked }

    public var description: String { String(rawValue) }
    public var all: [PartitionIndex] { (0..<rawValue).map { PartitionIndex(rawValue: UInt16($0)) } }

    public func partition(ofHash hash: UInt64) -> PartitionIndex {
        PartitionIndex(rawValue: UInt16(hash & UInt64(rawValue - 1)))
    }
}
