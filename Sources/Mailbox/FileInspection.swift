internal import Glibc

/// What one mailbox file holds, looked at from its first byte to its last.
public struct FileInspection: Sendable {
    /// Bytes that are no whole record.
    public struct Finding: Sendable, Hashable {
        public enum Kind: String, Sendable {
            /// A record whose length or checksum is not what it says.
            case damaged
            /// Bytes that no record starts with: something else has written here.
            case foreign
            /// The last record is not all there. Its writer was killed, or is writing just now; nothing that was
            /// acknowledged is lost with it.
            case torn
            /// Written by a newer release; what follows was not looked at.
            case unsupported
        }

        public let kind: Kind
        public let offset: Int
        public let bytes: Int
    }

    public private(set) var bytes = 0
    /// Whole ones, doubles among them.
    public private(set) var records = 0
    /// Records with an id below that of the record before, which is legal.
    public private(set) var unordered = 0
    public private(set) var lowestID: UInt64?
    public private(set) var highestID: UInt64?
    public private(set) var findings: [Finding] = []

    /// Reads the file; a record that seems torn is looked at again after a moment. Blocks. Throws `.notPermitted` and
    /// `.system`, not for damage.
    public static func of(_ file: MailboxFile) throws(MailboxError) -> FileInspection {
        for _ in 0..<3 {
            let inspection = try ReadFailure.retrying { () throws(ReadFailure) in try FileInspection(path: file.path) }
            guard inspection.findings.last?.kind == .torn else { return inspection }
            usleep(50_000)
        }
        return try ReadFailure.retrying { () throws(ReadFailure) in try FileInspection(path: file.path) }
    }

    private init(path: String) throws(ReadFailure) {
        let file = try FileWindow(path: path)
        bytes = file.size
        var gaps: [Range<Int>] = []
        var end = 0
        var before: UInt64 = 0
        var (count, unordered, lowest, highest) = (0, 0, UInt64.max, UInt64(0))
        do throws(ReadFailure) {
            let scan = try RecordScan(file, from: 0) { id, offset, record in
                if offset > end { gaps.append(end..<offset) }
                end = offset + record.count
                count += 1
                if id < before { unordered += 1 }
                before = id
                lowest = min(lowest, id)
                highest = max(highest, id)
            }
            findings = try gaps.map { gap throws(ReadFailure) in try Self.finding(file, gap) }
            if scan.damagedEnd != nil {
                findings.append(try Self.finding(file, end..<file.size))
            } else if end < file.size {
                findings.append(Finding(kind: .torn, offset: end, bytes: file.size - end))
            }
        } catch {
            guard error.error.code == .unsupportedVersion else { throw error }
            findings = try gaps.map { gap throws(ReadFailure) in try Self.finding(file, gap) }
            let offset = error.error.offset ?? end
            findings.append(Finding(kind: .unsupported, offset: offset, bytes: file.size - offset))
        }
        records = count
        self.unordered = unordered
        if count > 0 { (lowestID, highestID) = (lowest, highest) }
    }

    private static func finding(_ file: FileWindow, _ gap: Range<Int>) throws(ReadFailure) -> Finding {
        let head = try file.read(at: gap.lowerBound, count: min(RecordPrefix.byteCount, gap.count))
        let isRecord = head.withUnsafeBytes { RecordPrefix.mayStart($0) }
        return Finding(kind: isRecord ? .damaged : .foreign, offset: gap.lowerBound, bytes: gap.count)
    }
}
