/// Many ids in two or three bytes each: a set, without order of its own.
///
/// Layout: for each id a number in LEB128 form, the first one itself, then the difference to the one before, at least
/// 1. The number is the id with its node moved to the top: node (10 bits), milliseconds (47), sequence (6). Accounts that
/// were made one after the other are then neighbours, although their ids are not.
public enum IdentifierList {
    /// Ascending by node, then by time; an id that comes twice is kept once.
    public static func encoded<Kind>(_ ids: some Sequence<Identifier<Kind>>) -> [UInt8] {
        let numbers = ids.map { number(of: $0.rawValue) }.sorted()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * 3 + 8)
        var last: UInt64?
        for number in numbers where number != last {
            append(number - (last ?? 0), to: &bytes)
            last = number
        }
        return bytes
    }

    /// Whether the list holds an id; reads no further than it must.
    public static func contains<Kind>(_ id: Identifier<Kind>, in bytes: ArraySlice<UInt8>) throws(DecodeError) -> Bool {
        let wanted = number(of: id.rawValue)
        var reader = NumberReader(bytes: bytes)
        while let number = try reader.next() {
            if number >= wanted { return number == wanted }
        }
        return false
    }

    /// Throws where the bytes end within a number, or name an id that cannot be.
    public static func decoded<Kind>(_ bytes: ArraySlice<UInt8>) throws(DecodeError) -> [Identifier<Kind>] {
        var ids: [Identifier<Kind>] = []
        ids.reserveCapacity(bytes.count / 2)
        var reader = NumberReader(bytes: bytes)
        while let number = try reader.next() { ids.append(Identifier(rawValue: id(of: number))) }
        return ids
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func number(of id: UInt64) -> UInt64 {
        (id >> 6 & 0x3FF) << 53 | (id >> 16) << 6 | id & 0x3F
    }

    private static func id(of number: UInt64) -> UInt64 {
        (number >> 6 & 0x7FFF_FFFF_FFFF) << 16 | (number >> 53 & 0x3FF) << 6 | number & 0x3F
    }
}

/// Reads the ascending numbers of a list.
private struct NumberReader {
    let bytes: ArraySlice<UInt8>
    private var position: Int
    private var last: UInt64?

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func next() throws(DecodeError) -> UInt64? {
        guard position < bytes.endIndex else { return nil }
        var (part, shift) = (UInt64(0), UInt64(0))
        while true {
            guard position < bytes.endIndex else { throw DecodeError(field: "list of ids", reason: .truncated) }
            guard shift < 63 else { throw DecodeError(field: "list of ids", reason: .invalid("a number too long")) }
            let byte = bytes[position]
            position += 1
            part |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        let start = last ?? 0
        guard part < 1 << 63 - start, part > 0 || last == nil else {
            throw DecodeError(field: "list of ids", reason: .invalid("a number out of order"))
        }
        last = start + part
        return last
    }
}
