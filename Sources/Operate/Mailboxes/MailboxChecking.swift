internal import Mailbox

/// Looks at one mailbox file after the other, tells each finding at once, and adds up.
struct MailboxChecking {
    struct Finding: Encodable {
        let path: String
        let offset: Int
        let bytes: Int
        /// damaged, foreign, torn or unsupported.
        let finding: String
    }

    struct Summary: Encodable, Sendable {
        var files = 0
        var records = 0
        var bytes = 0
        /// Records that lie behind one with a higher id, which is legal.
        var unordered = 0
        var findings = 0
    }

    let json: Bool
    let progress: Progress
    private(set) var summary = Summary()

    init(json: Bool, progress: Progress) {
        self.json = json
        self.progress = progress
    }

    /// Blocks. Throws where the file cannot be read at all.
    mutating func look(at file: MailboxFile) throws {
        let inspection = try FileInspection.of(file)
        for finding in inspection.findings { try tell(finding, file.path) }
        summary.files += 1
        summary.records += inspection.records
        summary.bytes += inspection.bytes
        summary.unordered += inspection.unordered
        summary.findings += inspection.findings.count
        progress.advance()
    }

    private func tell(_ finding: FileInspection.Finding, _ path: String) throws {
        guard json else {
            return Terminal.print("\(path): byte \(finding.offset): \(finding.bytes) bytes \(finding.kind.rawValue)")
        }
        try Terminal.print(
            json: Finding(path: path, offset: finding.offset, bytes: finding.bytes, finding: finding.kind.rawValue))
    }
}
