internal import DurableFiles

/// The first 101 bytes of every record: the `From ` line and the header field that measures the record.
///
/// All of it stands at fixed offsets, so that a reader finds the length with one look and hops to the next record.
struct RecordPrefix {
    static let byteCount = 101
    /// What every record starts with.
    static let opening = Array("From statuscast ".utf8)
    static let fieldName = Array("X-Statuscast-Record".utf8)
    /// Where the field's line starts, after 16 + 24 bytes and a newline.
    static let fieldOffset = 41
    static let lengthDigits = 8
    static let lengthBytesMax = 99_999_999
    /// Where the eight digits of the checksum stand; they count as zeros in the checksum itself.
    static let checksumRange = 92..<100

    let id: UInt64
    /// Of the whole record, from its `From ` to the blank line that ends it.
    let lengthBytes: Int
    let checksum: UInt32

    /// Reads the prefix, or nil if these bytes are none.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.byteCount, Self.mayStart(bytes), bytes[82] == UInt8(ascii: " "),
            bytes[91] == UInt8(ascii: " "), bytes[100] == UInt8(ascii: "\n"),
            let id = Self.decimal(bytes[62..<82]), let length = Self.decimal(bytes[83..<91]),
            length >= UInt64(Self.byteCount), let checksum = Self.hexadecimal(bytes[Self.checksumRange])
        else { return nil }
        self.id = id
        self.lengthBytes = Int(length)
        self.checksum = checksum
    }

    /// True if the fixed text of a prefix agrees with these bytes as far as they go: false proves that no record
    /// starts.
    static func mayStart(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for (index, byte) in opening.enumerated().prefix(bytes.count) where bytes[index] != byte { return false }
        if bytes.count >= fieldOffset && bytes[fieldOffset - 1] != UInt8(ascii: "\n") { return false }
        for (index, byte) in field.enumerated() where fieldOffset + index < bytes.count {
            if bytes[fieldOffset + index] != byte { return false }
        }
        return true
    }

    /// True if a record starts here whose field is of another version: `X-Statuscast-Record-2: …`.
    static func isOfAnotherVersion(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let end = fieldOffset + fieldName.count
        guard bytes.count > end, bytes[..<opening.count].elementsEqual(opening),
            bytes[fieldOffset..<end].elementsEqual(fieldName)
        else { return false }
        return bytes[end] == UInt8(ascii: "-")
    }

    /// The checksum that a record with exactly these bytes must carry.
    static func checksum(of record: UnsafeRawBufferPointer) -> UInt32 {
        let before = Checksum.crc32(UnsafeRawBufferPointer(rebasing: record[..<checksumRange.lowerBound]))
        let zeros = zeroDigits.withUnsafeBytes { Checksum.crc32($0, seed: before) }
        return Checksum.crc32(UnsafeRawBufferPointer(rebasing: record[checksumRange.upperBound...]), seed: zeros)
    }

    /// True if `record` is one whole record and nothing else.
    static func isWhole(_ record: UnsafeRawBufferPointer) -> Bool {
        guard let prefix = RecordPrefix(record), prefix.lengthBytes == record.count else { return false }
        return prefix.checksum == checksum(of: record)
    }

    private static let field = fieldName + Array(": ".utf8)
    private static let zeroDigits = [UInt8](repeating: UInt8(ascii: "0"), count: 8)

    private static func decimal(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, carries) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            if tooLarge || carries { return nil }
            value = sum
        }
        return value
    }

    private static func hexadecimal(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt32? {
        var value: UInt32 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
