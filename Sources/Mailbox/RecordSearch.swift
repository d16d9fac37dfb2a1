/// Finds records in bytes of which nothing is known: a record starts a file or follows a blank line, and its fixed
/// text and its digits are in their places.
enum RecordSearch {
    /// The first record at or behind `position`, which is behind the first byte of the file.
    static func first(in bytes: UnsafeRawBufferPointer, from position: Int) -> (start: Int, prefix: RecordPrefix)? {
        var candidate = max(position, 2)
        while candidate + RecordPrefix.byteCount <= bytes.count {
            if let prefix = record(at: candidate, in: bytes) { return (candidate, prefix) }
            candidate += 1
        }
        return nil
    }

    /// The last record that starts here; `includingFirstByte` if these bytes start the file.
    static func last(
        in bytes: UnsafeRawBufferPointer, includingFirstByte: Bool
    ) -> (start: Int, prefix: RecordPrefix)? {
        var candidate = bytes.count - RecordPrefix.byteCount
        while candidate >= 2 {
            if let prefix = record(at: candidate, in: bytes) { return (candidate, prefix) }
            candidate -= 1
        }
        guard includingFirstByte, let prefix = RecordPrefix(bytes) else { return nil }
        return (0, prefix)
    }

    private static func record(at position: Int, in bytes: UnsafeRawBufferPointer) -> RecordPrefix? {
        guard bytes[position] == UInt8(ascii: "F"), bytes[position - 1] == UInt8(ascii: "\n"),
            bytes[position - 2] == UInt8(ascii: "\n")
        else { return nil }
        return RecordPrefix(UnsafeRawBufferPointer(rebasing: bytes[position...]))
    }
}
