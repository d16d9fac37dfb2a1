/// Reads a mailbox file from record to record.
///
/// Records that fail their checksum are skipped up to the next place where a record starts, and reported. A record
/// at the end that is not all there yet is left for the next scan.
struct RecordScan {
    /// Where damaged bytes start that whole records follow.
    private(set) var damaged: [Int] = []
    /// Where damaged bytes start that nothing follows yet. They may turn out to be a write under way on another host.
    private(set) var damagedEnd: Int?
    /// Where the next scan goes on.
    private(set) var end: Int

    private let file: FileWindow

    /// Goes through `file` from `offset` to its end; `found` is called for each whole record with its place and
    /// bytes.
    init(
        _ file: FileWindow, from offset: Int, found: (_ id: UInt64, _ offset: Int, _ record: ArraySlice<UInt8>) -> Void
    ) throws(ReadFailure) {
        self.file = file
        end = offset
        while let (prefix, record) = try nextRecord() {
            found(prefix.id, end, record)
            end += record.count
        }
    }

    private mutating func nextRecord() throws(ReadFailure) -> (RecordPrefix, ArraySlice<UInt8>)? {
        while true {
            let head = try file.slice(at: end, count: RecordPrefix.byteCount)
            if head.isEmpty { return nil }
            let (prefix, mayStart, newer) = head.withUnsafeBytes {
                (RecordPrefix($0), RecordPrefix.mayStart($0), RecordPrefix.isOfAnotherVersion($0))
            }
            if newer {
                throw ReadFailure(
                    MailboxError(
                        .unsupportedVersion, "the record was written by a newer release", path: file.path, offset: end))
            }
            var isIncomplete = mayStart && head.count < RecordPrefix.byteCount
            var saidEnd = file.size
            if let prefix {
                let record = try file.slice(at: end, count: prefix.lengthBytes)
                if record.withUnsafeBytes({ RecordPrefix.isWhole($0) }) { return (prefix, record) }
                isIncomplete = record.count < prefix.lengthBytes
                saidEnd = end + prefix.lengthBytes
            }
            guard let next = try nextStart(orAt: saidEnd) else {
                if !isIncomplete { damagedEnd = end }
                return nil
            }
            damaged.append(end)
            end = next
        }
    }

    /// Where a record starts behind the damaged bytes at `end`: behind a blank line, or, if the damage is in that
    /// line, at the place where the damaged record said that it ends.
    private func nextStart(orAt saidEnd: Int) throws(ReadFailure) -> Int? {
        if let found = try search(before: saidEnd) { return found }
        let head = try file.slice(at: saidEnd, count: RecordPrefix.byteCount)
        if head.withUnsafeBytes({ RecordPrefix($0) }) != nil { return saidEnd }
        return try search(before: file.size)
    }

    private func search(before limit: Int) throws(ReadFailure) -> Int? {
        var position = end + 1
        while position + RecordPrefix.byteCount <= min(limit, file.size) {
            // The blank line before the record is looked at too.
            let from = max(0, position - 2)
            let bytes = try file.slice(at: from, count: 256 << 10)
            if let found = bytes.withUnsafeBytes({ RecordSearch.first(in: $0, from: position - from) }) {
                return from + found.start < limit ? from + found.start : nil
            }
            guard bytes.count > RecordPrefix.byteCount + 2 else { return nil }
            position = from + bytes.count - RecordPrefix.byteCount + 1
        }
        return nil
    }
}
