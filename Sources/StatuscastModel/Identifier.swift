/// A 63-bit identifier, ordered by time: 47 bits of unix milliseconds, 10 of node, 6 of sequence; decimal on the wire.
///
/// `Kind` keeps identifiers of different things apart at compile time; it has no value.
public struct Identifier<Kind>: RawRepresentable, Hashable, Comparable, Sendable, LosslessStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Puts an identifier together; parts that do not fit are cut to their bits.
    public init(unixMilliseconds: UInt64, node: UInt16, sequence: UInt8) {
        rawValue = (unixMilliseconds & 0x7FFF_FFFF_FFFF) << 16 | UInt64(node & 0x3FF) << 6 | UInt64(sequence & 0x3F)
    }

    /// Reads 1 to 19 decimal digits, no sign, no leading zero, below 2^63; anything else is nil.
    public init?(_ text: String) {
        let digits = text.utf8
        guard (1...19).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        guard value < 1 << 63 else { return nil }
        rawValue = value
    }

    public var unixMilliseconds: UInt64 { rawValue >> 16 }
    public var node: UInt16 { UInt16(rawValue >> 6 & 0x3FF) }
    public var sequence: UInt8 { UInt8(rawValue & 0x3F) }
    public var description: String { String(rawValue) }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

public enum StatusKind {}
public enum AccountKind {}
public enum EventKind {}
public enum ApplicationKind {}
public enum ListKind {}
public enum FilterKind {}

public typealias StatusID = Identifier<StatusKind>
public typealias AccountID = Identifier<AccountKind>
/// Names one thing that happened; of two events about the same thing the higher one wins.
public typealias EventID = Identifier<EventKind>
public typealias ApplicationID = Identifier<ApplicationKind>
public typealias ListID = Identifier<ListKind>
/// Of filters and of their keywords.
public typealias FilterID = Identifier<FilterKind>
