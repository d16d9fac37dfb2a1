internal import DurableFiles

/// Entries as bytes: number, status, mask (8 each), count, tag (4 each), kind (1), three zeros, CRC32 of what is before.
enum ReceiptCodec {
    static let entryBytes = 40

    static func encoded(_ entry: ReceiptEntry, number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entryBytes)
        bytes += littleEndian(number)
        bytes += littleEndian(entry.status)
        bytes += littleEndian(entry.mask)
        bytes += littleEndian(entry.count)
        bytes += littleEndian(entry.tag)
        bytes += [entry.kind.rawValue, 0, 0, 0]
        return bytes + littleEndian(Checksum.crc32(bytes[...]))
    }

    /// Nil for a slot that was never written, is torn, or holds what this program does not know.
    static func decoded(_ bytes: ArraySlice<UInt8>) -> (number: UInt64, entry: ReceiptEntry)? {
        guard bytes.count == entryBytes else { return nil }
        let start = bytes.startIndex
        func value<T: FixedWidthInteger>(_ offset: Int) -> T {
            bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
        }
        guard value(36) == Checksum.crc32(bytes[start..<start + 36]), let kind = ReceiptEntry.Kind(rawValue: value(32))
        else { return nil }
        let entry = ReceiptEntry(kind: kind, status: value(8), count: value(24), tag: value(28), mask: value(16))
        return (value(0), entry)
    }

    static func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
