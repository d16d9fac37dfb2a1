/// Brings the end of a file that an earlier process of this term wrote into a state to append to.
///
/// What a crash left of a record was never whole, so no reader has shown it: it is cut off. A record that is whole
/// by length and fails its checksum is damage of another kind: it is left where it is, for readers to report, and
/// the next record starts behind a blank line of its own.
enum TailRepair {
    private static let firstWindowBytes = 64 << 10

    enum Verdict: Equatable {
        case whole
        /// Cut the file to this size.
        case torn(keepBytes: Int)
        case damaged(endsWithBlankLine: Bool)
    }

    static func repair(_ file: AppendFile) throws(MailboxError) {
        let size = try file.size()
        guard size > 0 else { return }
        switch try verdict(on: file, size: size) {
        case .whole: return
        case .torn(let keepBytes): try file.truncate(to: keepBytes)
        case .damaged(let endsWithBlankLine):
            if !endsWithBlankLine { try file.write([UInt8(ascii: "\n"), UInt8(ascii: "\n")]) }
        }
    }

    /// Looks at the last 64 KiB, and at eight times as much as long as no record starts there.
    private static func verdict(on file: AppendFile, size: Int) throws(MailboxError) -> Verdict {
        var windowBytes = firstWindowBytes
        while true {
            let offset = max(0, size - windowBytes)
            let bytes = try file.read(from: offset, size: size)
            if let verdict = bytes.withUnsafeBytes({ self.verdict(on: $0, at: offset) }) { return verdict }
            windowBytes *= 8
        }
    }

    /// Nil if the bytes, which start at `offset` and go to the end of the file, do not hold the start of a record.
    static func verdict(on bytes: UnsafeRawBufferPointer, at offset: Int) -> Verdict? {
        let damaged = Verdict.damaged(endsWithBlankLine: bytes.suffix(2).elementsEqual([10, 10]))
        guard let (start, prefix) = RecordSearch.last(in: bytes, includingFirstByte: offset == 0) else {
            guard offset == 0 else { return nil }
            return isRestOfACrash(bytes) ? .torn(keepBytes: 0) : damaged
        }
        let end = start + prefix.lengthBytes
        guard end <= bytes.count else { return .torn(keepBytes: offset + start) }
        guard RecordPrefix.isWhole(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) else { return damaged }
        guard end < bytes.count else { return .whole }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[end...])
        return isRestOfACrash(rest) ? .torn(keepBytes: offset + end) : damaged
    }

    /// The first bytes of a record and no more, or nothing but the zeros that a lost write leaves in a grown file.
    private static func isRestOfACrash(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (bytes.count < RecordPrefix.byteCount && RecordPrefix.mayStart(bytes)) || bytes.allSatisfy { $0 == 0 }
    }
}
