/// Names what belongs to one request, through every process: 16 bytes, not all zero, as W3C Trace Context has them.
///
/// Travels in items as their last field: 16 bytes in the order of the digits. Items without one, those of earlier
/// releases among them, end before it.
public struct TraceID: Sendable, Hashable, CustomStringConvertible {
    public static let digits = 32

    private let high: UInt64
    private let low: UInt64

    public init?(high: UInt64, low: UInt64) {
        guard high | low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    /// Reads 32 lower-case hex digits; anything else is nil.
    public init?(_ text: some Collection<UInt8>) {
        guard text.count == Self.digits, let high = Self.value(text.prefix(16)),
            let low = Self.value(text.dropFirst(16))
        else { return nil }
        self.init(high: high, low: low)
    }

    public static func random() -> TraceID {
        var generator = SystemRandomNumberGenerator()
        while true {
            if let id = TraceID(high: generator.next(), low: generator.next()) { return id }
        }
    }

    public var description: String { Self.hex(high) + Self.hex(low) }

    /// 16 lower-case hex digits.
    public static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Of up to 16 lower-case hex digits.
    public static func value(_ digits: some Collection<UInt8>) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 16 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.integer(high.bigEndian)
        writer.integer(low.bigEndian)
    }
}

extension ByteWriter {
    /// The last field of an item.
    mutating func trace(_ id: TraceID?) { id?.encode(into: &self) }

    /// With fields behind it: 16 zero bytes, which are no id, stand for none.
    mutating func traceOrNone(_ id: TraceID?) {
        if let id { return id.encode(into: &self) }
        integer(UInt64(0))
        integer(UInt64(0))
    }
}

extension ByteReader {
    /// Nil where the item ends before it.
    mutating func trace() throws(DecodeError) -> TraceID? {
        guard remaining >= 16 else { return nil }
        let high = UInt64(bigEndian: try integer("trace id"))
        return TraceID(high: high, low: UInt64(bigEndian: try integer("trace id")))
    }
}
