internal import ArgumentParser
internal import DurableFiles
internal import Mailbox
internal import Settings

/// `statuscast mailbox check`
struct MailboxCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read mailboxes record by record, and say where they are damaged.",
        discussion: """
            Without an argument all mailboxes of the data directory. The length and the checksum of every record is \
            compared; each finding names the file and the byte: `damaged` (a record is not what it says), `foreign` \
            (bytes that are no record), `torn` (the last record is not whole: its writer was killed, and delivers it \
            again), `unsupported` (written by a newer release). Exit code 1 if there is any. Nothing is changed; the \
            server may run meanwhile.

            \(ExitStatus.help)
            """)

    @OptionGroup var options: MailboxOptions
    @OptionGroup var progress: ProgressOptions

    @Argument(help: ArgumentHelp("Which mailboxes; all by default. \(WrittenAddress.help)"))
    var mailboxes: [WrittenAddress] = []

    func run() async throws {
        let operated = try OperatedData(options.data)
        let files = try await chosen(operated)
        let shown = Progress("files", of: files?.count, options: progress)
        let json = options.output.json
        let summary = try await operated.blocking {
            var check = MailboxChecking(json: json, progress: shown)
            if let files {
                for file in files { try check.look(at: file) }
            } else {
                try MailboxFile.walk(root: operated.mailboxes) { try check.look(at: $0) }
            }
            return check.summary
        }
        shown.end()
        if json {
            try Terminal.print(json: ["summary": summary])
        } else {
            Terminal.print(
                "\(summary.files) files, \(summary.records) records, \(summary.bytes) bytes: "
                    + (summary.findings == 0 ? "no damage" : "\(summary.findings) findings"))
        }
        if summary.findings > 0 { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    /// Nil: all there are.
    private func chosen(_ operated: OperatedData) async throws -> [MailboxFile]? {
        if mailboxes.isEmpty { return nil }
        return try await operated.withPeers { peers in
            var files: [MailboxFile] = []
            for mailbox in mailboxes {
                let addresses = try await mailbox.addresses(peers)
                files += try await operated.blocking {
                    try addresses.flatMap { try MailboxFile.files(of: $0.location, root: operated.mailboxes) }
                }
            }
            return files
        }
    }
}
