internal import ArgumentParser
internal import DurableFiles
internal import Mailbox
internal import Peers
internal import Settings
internal import StatuscastModel

/// `statuscast mailbox`
struct MailboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailbox", abstract: "Look into the files that timelines lie in.",
        discussion: """
            A mailbox is written \(WrittenAddress.help)

            \(ExitStatus.help)
            """,
        subcommands: [MailboxList.self, MailboxShow.self, MailboxCheck.self, MailboxPathCommand.self])
}

/// The mailboxes that a command is about.
struct MailboxOptions: ParsableArguments {
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions
}

/// `statuscast mailbox list`
struct MailboxList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the files of mailboxes: kind, lane, term, size, records.",
        discussion: ExitStatus.help)

    struct Report: Encodable {
        let mailbox: String
        let lane: String
        let term: UInt64
        let bytes: Int
        let records: Int
        let findings: Int
        let newestAt: String?
        let path: String

        var row: [String] {
            [mailbox, lane, String(term), String(bytes), String(records), String(findings), newestAt ?? "", path]
        }
    }

    @OptionGroup var options: MailboxOptions

    @Argument(help: ArgumentHelp(WrittenAddress.help))
    var mailbox: WrittenAddress

    func run() async throws {
        let operated = try OperatedData(options.data)
        let addresses = try await operated.withPeers { try await mailbox.addresses($0) }
        let reports = try await operated.blocking {
            try addresses.flatMap { address in
                try MailboxFile.files(of: address.location, root: operated.mailboxes).map { try Report($0, address) }
            }
        }
        if options.output.json { return try reports.forEach { try Terminal.print(json: $0) } }
        var table = Table([
            .left("mailbox"), .left("lane"), .right("term"), .right("bytes"), .right("records"), .right("findings"),
            .left("newest"), .left("path"),
        ])
        for report in reports { table.add(report.row) }
        Terminal.print(table.rendered())
    }
}

extension MailboxList.Report {
    fileprivate init(_ file: MailboxFile, _ address: Address) throws {
        let inspection = try FileInspection.of(file)
        self.init(
            mailbox: address.description, lane: file.lane, term: file.term, bytes: inspection.bytes,
            records: inspection.records, findings: inspection.findings.count,
            newestAt: inspection.highestID.map {
                Moment.text(unixMilliseconds: EventID(rawValue: $0).unixMilliseconds)
            }, path: file.path)
    }
}
